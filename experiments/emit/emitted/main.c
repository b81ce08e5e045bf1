/* Runs the network: net [INPUT [WEIGHTS]]. INPUT: raw float32 C x H x W, or - for standard input (default); WEIGHTS:
 * the weights file (default weights.bin), which is read into memory of its size: 500 MB for VGG, which a 32-bit address
 * space still holds. With NET_LINKED (make linked) the weights are in the program instead: `linked [INPUT]`. Prints the
 * output, one number per line. */
#include <stdio.h>
#include <string.h>

#include "net.h"

static _Alignas(NET_ALIGNMENT) unsigned char arena[NET_ARENA_BYTES];
static float out[NET_OUTPUTS];
#ifndef NET_INPUT_OFFSET
static float input[NET_INPUTS]; /* the arena has no room for it */
#endif
#ifdef NET_LINKED
extern const unsigned char net_weights_bin[NET_WEIGHTS_BYTES]; /* weights.S */
enum { OPERANDS = 1 };
#else
static _Alignas(NET_ALIGNMENT) unsigned char weights[NET_WEIGHTS_BYTES];
enum { OPERANDS = 2 };
#endif

/* Exactly `bytes` of a file. */
static int read_all(void *to, size_t bytes, const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) return fprintf(stderr, "%s: cannot be opened\n", path), 0;
    size_t had = fread(to, 1, bytes, file);
    int more = getc(file) != EOF;
    if (file != stdin) fclose(file);
    if (had == bytes && !more) return 1;
    fprintf(stderr, "%s: %s than the %lu bytes expected\n", path, more ? "more" : "fewer", (unsigned long)bytes);
    return 0;
}

int main(int argc, char **argv) {
    const char *wrong;
#ifdef NET_INPUT_OFFSET
    float *in = (float *)(void *)(arena + NET_INPUT_OFFSET);
#else
    float *in = input;
#endif
    if (argc > 1 + OPERANDS)
        return fprintf(stderr, "usage: %s [INPUT%s]\n", argv[0], OPERANDS > 1 ? " [WEIGHTS]" : ""), 2;
    if (!read_all(in, sizeof *in * NET_INPUTS, argc > 1 ? argv[1] : "-")) return 2;
#ifdef NET_LINKED
    wrong = net_weights(net_weights_bin, sizeof net_weights_bin);
#else
    if (!read_all(weights, sizeof weights, argc > 2 ? argv[2] : "weights.bin")) return 2;
    wrong = net_weights(weights, sizeof weights);
#endif
    if (!wrong) wrong = net_run(in, out, arena, sizeof arena);
    if (wrong) return fprintf(stderr, "%s: %s\n", argv[0], wrong), 2;
    for (size_t i = 0; i < NET_OUTPUTS; i++) printf("%.9g\n", (double)out[i]);
    return fflush(stdout) == 0 ? 0 : 2;
}
