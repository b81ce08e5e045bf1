#define _GNU_SOURCE /* sched_getaffinity, getloadavg */
#include "experiments/measure/host.h"

#include <assert.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "solver/base/clock.h"

#define VALUE      256
#define PROCESSORS 1024
#define CACHES     8

/* --- notes ------------------------------------------------------------------------------------------------------- */

static FILE *host_open(const char *root, const char *path) {
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    return fopen(whole, "r");
}

/* The first line of a file without its end; false: there is none. */
static bool host_line(char value[VALUE], const char *root, const char *path) {
    FILE *in = host_open(root, path);
    bool good = in && fgets(value, VALUE, in);
    if (in) fclose(in);
    if (good) value[strcspn(value, "\n")] = '\0';
    return good && value[0];
}

/* What follows the colon in the first line that begins with `key`. */
static bool host_field(char value[VALUE], const char *root, const char *path, const char *key) {
    FILE *in = host_open(root, path);
    char line[4096];
    bool found = false;
    while (in && !found && fgets(line, sizeof line, in)) {
        const char *colon = strchr(line, ':');
        size_t n = strlen(key);
        if (!colon || strncmp(line, key, n) != 0 || strspn(line + n, " \t") != (size_t)(colon - line) - n) continue;
        colon += 1 + strspn(colon + 1, " \t");
        snprintf(value, VALUE, "%.*s", (int)strcspn(colon, "\n"), colon);
        found = value[0] != '\0';
    }
    if (in) fclose(in);
    return found;
}

static void host_cpu(struct notes *n, const char *root) {
    static const char *const key[] = {"cpu family", "model", "stepping"};
    static const char *const arm[] = {"CPU implementer", "CPU part", "CPU revision"};
    char value[3][VALUE], text[3 * VALUE + 64] = "unknown";
    bool x86 = true, other = true;
    for (int i = 0; i < 3; i++) x86 = x86 && host_field(value[i], root, "/proc/cpuinfo", key[i]);
    if (x86) snprintf(text, sizeof text, "family %s, model %s, stepping %s", value[0], value[1], value[2]);
    for (int i = 0; i < 3 && !x86; i++) other = other && host_field(value[i], root, "/proc/cpuinfo", arm[i]);
    if (!x86 && other)
        snprintf(text, sizeof text, "implementer %s, part %s, revision %s", value[0], value[1], value[2]);
    notes_set(n, "cpu", text);
}

static void host_caches(struct notes *n, const char *root) {
    char text[CACHES * 3 * VALUE] = "";
    for (int i = 0; i < CACHES; i++) {
        static const char *const file[] = {"level", "type", "size"};
        char path[128], value[3][VALUE];
        bool there = true;
        for (int k = 0; k < 3; k++) {
            snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", i, file[k]);
            there = there && host_line(value[k], root, path);
        }
        if (!there) break;
        const char *kind = value[1][0] == 'D' ? "d" : value[1][0] == 'I' ? "i" : "";
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%sL%s%s %s", used ? ", " : "", value[0], kind, value[2]);
    }
    notes_set(n, "caches", text[0] ? text : "unknown");
}

static void host_memory(struct notes *n, const char *root) {
    char value[VALUE], text[VALUE] = "unknown";
    long long kib;
    if (host_field(value, root, "/proc/meminfo", "MemTotal") && sscanf(value, "%lld kB", &kib) == 1)
        snprintf(text, sizeof text, "%lld", kib * 1024);
    notes_set(n, "memory_bytes", text);
}

/* Processors, and whether the system is below a hypervisor. */
static void host_processors(struct notes *n, const char *root) {
    char line[4096], text[32] = "unknown", flags[] = " hypervisor";
    int count = 0;
    bool below = false, told = false;
    FILE *in = host_open(root, "/proc/cpuinfo");
    while (in && fgets(line, sizeof line, in)) {
        count += strncmp(line, "processor", 9) == 0;
        told = told || strncmp(line, "flags", 5) == 0;
        below = below || (strncmp(line, "flags", 5) == 0 && strstr(line, flags));
    }
    if (in) fclose(in);
    if (count > 0) snprintf(text, sizeof text, "%d", count);
    notes_set(n, "processors", text);
    notes_set(n, "virtual", below ? "yes" : told ? "no" : "unknown");
}

static void host_kernel(struct notes *n) {
    struct utsname system;
    char text[sizeof system.sysname + sizeof system.release + sizeof system.machine + 4] = "unknown";
    if (uname(&system) == 0) snprintf(text, sizeof text, "%s %s %s", system.sysname, system.release, system.machine);
    notes_set(n, "kernel", text);
}

void host_note(struct notes *n, const char *root) {
    static const char governor[] = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
    char value[VALUE];
    host_cpu(n, root);
    host_caches(n, root);
    notes_set(n, "clock_mhz", host_field(value, root, "/proc/cpuinfo", "cpu MHz") ? value : "unknown");
    notes_set(n, "governor", host_line(value, root, governor) ? value : "unknown");
    host_memory(n, root);
    host_processors(n, root);
    host_kernel(n);
}

void host_note_load(struct notes *n, const char *key) {
    double load;
    char text[32] = "unknown";
    if (getloadavg(&load, 1) == 1) snprintf(text, sizeof text, "%.2f", load);
    notes_set(n, key, text);
}

/* --- the least busy processor ------------------------------------------------------------------------------------ */

/* idle[PROCESSORS]: ticks since the start, -1 where there is no such processor; false: the system does not report them. */
static bool host_idle(int64_t *idle) {
    char line[1024];
    bool any = false;
    for (int i = 0; i < PROCESSORS; i++) idle[i] = -1;
    FILE *in = fopen("/proc/stat", "r");
    while (in && fgets(line, sizeof line, in)) {
        int cpu;
        long long user, nice, system, rest, wait;
        if (sscanf(line, "cpu%d %lld %lld %lld %lld %lld", &cpu, &user, &nice, &system, &rest, &wait) != 6) continue;
        if (cpu >= 0 && cpu < PROCESSORS) idle[cpu] = rest + wait, any = true;
    }
    if (in) fclose(in);
    return any;
}

int host_idle_cpu(int threads, double seconds) {
    static int64_t before[PROCESSORS], after[PROCESSORS];
    const struct timespec pause = {.tv_sec = (time_t)seconds,
                                   .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    cpu_set_t may;
    int best = -1;
    int64_t most = -1;
    assert(threads >= 1);
    if (sched_getaffinity(0, sizeof may, &may) != 0 || !host_idle(before)) return -1;
    nanosleep(&pause, NULL);
    if (!host_idle(after)) return -1;
    for (int first = 0; first + threads <= PROCESSORS; first++) {
        int64_t sum = 0;
        for (int i = first; i < first + threads && sum >= 0; i++)
            sum = after[i] < 0 || !CPU_ISSET((unsigned)i, &may) ? -1 : sum + after[i] - before[i];
        if (sum > most) most = sum, best = first;
    }
    return best;
}

struct host_share host_share_begin(void) {
    return (struct host_share){clock_wall(), (double)clock_thread_ns() * 1e-9};
}

double host_share(const struct host_share *since) {
    const struct host_share now = host_share_begin();
    const double wall_s = now.wall_s - since->wall_s;
    assert(wall_s >= 0);
    return wall_s > 0 ? (now.cpu_s - since->cpu_s) / wall_s : 1;
}
