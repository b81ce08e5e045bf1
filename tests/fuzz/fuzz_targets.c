/* fuzz_targets - libFuzzer's entry to every reader: TASO_READER=tflite fuzz_targets CORPUS...   (make fuzz MINUTES=1)
 *
 * A reader accepts a file or refuses it with one line; anything else, a crash, a sanitizer's finding, more time or memory
 * than the command line allows, is a finding. */
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "tests/fuzz/fuzz_seeds.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct reader *reader;
static char input_path[320];
static volatile sig_atomic_t spent; /* the CPU time that the search may take */

static void note_spent(int number) {
    (void)number;
    spent = 1;
}

static void clear_away(void) {
    char line[320];
    snprintf(line, sizeof line, "rm -rf '%s'", folder);
    if (system(line) != 0) perror(folder);
}

/* Files live in memory where that is possible: each input is one. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    const char *name = getenv("TASO_READER");
    (void)argc, (void)argv;
    snprintf(folder, sizeof folder, "%s/fuzz.XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder)) exit(2);
    atexit(clear_away);
    signal(SIGXCPU, note_spent);
    make_seeds();
    reader = reader_named(name ? name : "");
    snprintf(input_path, sizeof input_path, "%s/input.%s", folder, reader->ending);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct error err = {""};
    if (spent) { /* SIGUSR1 has libFuzzer print its figures and exit, without what is registered by atexit */
        clear_away();
        return raise(SIGUSR1);
    }
    store(input_path, (const char *)bytes, length);
    const bool good = reader->read(input_path, &err);
    if (good == (err.text[0] == '\0') && !strchr(err.text, '\n')) return 0;
    fprintf(stderr, "%s, and the error is `%s`\n", good ? "accepted" : "refused", err.text);
    abort();
}
