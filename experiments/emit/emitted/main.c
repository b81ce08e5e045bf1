/* Runs the network: net [INPUT [WEIGHTS]]. INPUT: raw float32 C x H x W, or - for standard input (default); WEIGHTS:
 * the weights file (default weights.bin), which is read into memory of its size: 500 MB for VGG, which a 32-bit address
 * space still holds. With NET_LINKED (make linked) the weights are in the program instead: `linked [INPUT]`. Where the
 * network takes its input by rows (NET_INPUT_ROW), INPUT has the rows from top to bottom, each as net.h says, and is read
 * as they are asked for. Prints the output, one number per line. */
#include "pages.h"

#include <stdio.h>
#include <string.h>

#include "net.h"

static _Alignas(NET_ALIGNMENT) unsigned char arena[NET_ARENA_BYTES];
static float out[NET_OUTPUTS];
#if !defined(NET_INPUT_OFFSET) && !defined(NET_INPUT_ROW)
static float input[NET_INPUTS]; /* the arena has no room for it */
#endif
#ifdef NET_LINKED
extern const unsigned char net_weights_bin[NET_WEIGHTS_BYTES]; /* weights.S */
enum { OPERANDS = 1 };
#else
static _Alignas(NET_ALIGNMENT) unsigned char weights[NET_WEIGHTS_BYTES];
enum { OPERANDS = 2 };
#endif

static int refuse_length(const char *path, int more, unsigned long bytes) {
    return fprintf(stderr, "%s: %s than the %lu bytes expected\n", path, more ? "more" : "fewer", bytes), 0;
}

static FILE *open_file(const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) fprintf(stderr, "%s: cannot be opened\n", path);
    return file;
}

#if !defined(NET_LINKED) || !defined(NET_INPUT_ROW)
/* Exactly `bytes` of a file. */
static int read_all(void *to, size_t bytes, const char *path) {
    FILE *file = open_file(path);
    if (!file) return 0;
    size_t had = fread(to, 1, bytes, file);
    int more = getc(file) != EOF;
    if (file != stdin) fclose(file);
    return had == bytes && !more ? 1 : refuse_length(path, more, (unsigned long)bytes);
}
#endif

#ifdef NET_INPUT_ROW
struct image {
    FILE *file;
    int next; /* row */
};

static int read_rows(struct image *image, int count, float *to) {
    const size_t floats = (size_t)count * NET_INPUT_ROW;
    image->next += count;
    return fread(to, sizeof *to, floats, image->file) == floats;
}

/* `to` has room for a row that is left out. */
static int next_rows(void *context, int first, int count, float *to) {
    struct image *image = (struct image *)context;
    while (image->next < first)
        if (!read_rows(image, 1, to)) return 1;
    return !read_rows(image, count, to);
}

/* The rows that no layer needed at the end. */
static int read_rest(struct image *image) {
    static float row[NET_INPUT_ROW];
    while (image->next < NET_INPUT_HEIGHT)
        if (!read_rows(image, 1, row)) return 0;
    return 1;
}

static const char *run(const char *path) {
    struct image image = {open_file(path), 0};
    if (!image.file) return "";
    const char *wrong = net_run(next_rows, &image, out, arena, sizeof arena);
    const int fewer = wrong ? feof(image.file) : !read_rest(&image), more = !fewer && getc(image.file) != EOF;
    if (image.file != stdin) fclose(image.file);
    if (wrong && !fewer) return wrong;
    return fewer || more ? refuse_length(path, more, (unsigned long)sizeof *out * NET_INPUTS), "" : NULL;
}
#else
static const char *run(const char *path) {
#ifdef NET_INPUT_OFFSET
    float *in = (float *)(void *)(arena + NET_INPUT_OFFSET);
#else
    float *in = input;
#endif
    return read_all(in, sizeof *in * NET_INPUTS, path) ? net_run(in, out, arena, sizeof arena) : "";
}
#endif

int main(int argc, char **argv) {
    const char *wrong;
    if (argc > 1 + OPERANDS)
        return fprintf(stderr, "usage: %s [INPUT%s]\n", argv[0], OPERANDS > 1 ? " [WEIGHTS]" : ""), 2;
    pages_huge(arena, sizeof arena);
#ifdef NET_LINKED
    wrong = net_weights(net_weights_bin, sizeof net_weights_bin);
#else
    pages_huge(weights, sizeof weights);
    if (!read_all(weights, sizeof weights, argc > 2 ? argv[2] : "weights.bin")) return 2;
    wrong = net_weights(weights, sizeof weights);
#endif
    if (!wrong) wrong = run(argc > 1 ? argv[1] : "-");
    if (wrong && wrong[0]) fprintf(stderr, "%s: %s\n", argv[0], wrong); /* an empty line has been explained */
    if (wrong) return 2;
    for (size_t i = 0; i < NET_OUTPUTS; i++) printf("%.9g\n", (double)out[i]);
    return fflush(stdout) == 0 ? 0 : 2;
}
