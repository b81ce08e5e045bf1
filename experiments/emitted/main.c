/* Runs the network: main [INPUT [WEIGHTS]]. INPUT: raw float32 C x H x W, or - for standard input (default); WEIGHTS: the weights file
 * (default weights.bin). Prints the output, one number a line. */
#include <stdio.h>
#include <string.h>

#include "net.h"

static _Alignas(NET_ALIGNMENT) unsigned char arena[NET_ARENA_BYTES];
static _Alignas(NET_ALIGNMENT) unsigned char weights[NET_WEIGHTS_BYTES];
static float in[NET_INPUTS], out[NET_OUTPUTS];

/* Exactly `bytes` of a file. */
static int read_all(void *to, size_t bytes, const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) return fprintf(stderr, "%s: cannot be opened\n", path), 0;
    size_t had = fread(to, 1, bytes, file);
    int more = getc(file) != EOF;
    if (file != stdin) fclose(file);
    if (had == bytes && !more) return 1;
    fprintf(stderr, "%s: %s than the %lu bytes that were expected\n", path, more ? "more" : "fewer",
            (unsigned long)bytes);
    return 0;
}

int main(int argc, char **argv) {
    const char *input = argc > 1 ? argv[1] : "-", *file = argc > 2 ? argv[2] : "weights.bin", *wrong;
    if (argc > 3) return fprintf(stderr, "usage: %s [INPUT [WEIGHTS]]\n", argv[0]), 2;
    if (!read_all(weights, sizeof weights, file) || !read_all(in, sizeof in, input)) return 2;
    wrong = net_weights(weights, sizeof weights);
    if (!wrong) wrong = net_run(in, out, arena, sizeof arena);
    if (wrong) return fprintf(stderr, "%s: %s\n", argv[0], wrong), 2;
    for (size_t i = 0; i < NET_OUTPUTS; i++) printf("%.9g\n", (double)out[i]);
    return fflush(stdout) == 0 ? 0 : 2;
}
