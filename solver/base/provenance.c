#include "solver/base/provenance.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static char provenance_command[2048] = "unknown";

void provenance_begin(int argc, char **argv) {
    assert(argc >= 0 && build_commit[0]);
    size_t used = 0;
    for (int i = 0; i < argc && used < sizeof provenance_command; i++) {
        const char *word = argv[i], *slash = strrchr(word, '/');
        if (i == 0 && slash) word = slash + 1;
        int wrote = snprintf(provenance_command + used, sizeof provenance_command - used, "%s%s", i ? " " : "", word);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    for (char *c = provenance_command; *c; c++) /* one line, whatever argv contains */
        if ((unsigned char)*c < ' ') *c = ' ';
}

/* "model name" of /proc/cpuinfo; Arm kernels give only a part number. */
void provenance_host(char *name, size_t room) {
    assert(room > sizeof "unknown CPU");
    snprintf(name, room, "unknown CPU");
    FILE *in = fopen("/proc/cpuinfo", "r");
    char line[512];
    while (in && fgets(line, sizeof line, in)) {
        char *value = strchr(line, ':');
        if (!value || (strncmp(line, "model name", 10) != 0 && strncmp(line, "CPU part", 8) != 0)) continue;
        value += strspn(value, ": \t");
        value[strcspn(value, "\n")] = '\0';
        snprintf(name, room, "%s%s", line[0] == 'C' ? "Arm part " : "", value);
        break;
    }
    if (in) fclose(in);
}

void provenance_each(void (*line)(void *to, const char *key, const char *value), void *to, int threads) {
    char host[256], count[16], date[32] = "unknown";
    assert(threads >= 1);
    provenance_host(host, sizeof host);
    snprintf(count, sizeof count, "%d", threads);
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc)) strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    line(to, "command", provenance_command);
    line(to, "commit", build_commit);
    line(to, "host", host);
    line(to, "compiler", build_compiler);
    line(to, "flags", build_flags);
    line(to, "threads", count);
    line(to, "date", date);
}
