/* An emitted program as one side of tests/bench/bench_networks.mjs, compiled together with its net.c. Arguments: the
 * emitted folder, and the folder of in.f32. */
#include <pages.h> /* the emitted ones, by -I; this one first */

#include <net.h>

#include "tests/bench/bench_serve.h"

static _Alignas(NET_ALIGNMENT) unsigned char arena[NET_ARENA_BYTES], weights[NET_WEIGHTS_BYTES];
static float in[NET_INPUTS], out[NET_OUTPUTS];

static void read_all(void *to, size_t bytes, const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file || fread(to, 1, bytes, file) != bytes) perror(path), exit(2);
    fclose(file);
}

static void run(void *context) {
    const char *wrong = net_run(in, out, context, sizeof arena);
    if (wrong) fprintf(stderr, "%s\n", wrong), exit(2);
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: %s EMITTED FOLDER\n", argv[0]), 2;
    pages_huge(arena, sizeof arena);
    pages_huge(weights, sizeof weights);
    read_all(weights, sizeof weights, argv[1], "weights.bin");
    read_all(in, sizeof in, argv[2], "in.f32");
    const char *wrong = net_weights(weights, sizeof weights);
    if (wrong) return fprintf(stderr, "%s\n", wrong), 2;
    serve(run, arena, out, NET_OUTPUTS, argv[2], NET_ARENA_BYTES, NET_WEIGHTS_BYTES);
    return 0;
}
