/* mutate - draws one-token changes of C sources, and applies them.
 *
 *     mutate draw SEED COUNT <FILE NAMES   one line per change: number, file, line, place, before, after (by tabs)
 *     mutate apply FILE PLACE              the changed text, to standard output
 *
 * PLACE is the number of the change within its file. The same seed and sources give the same draws, without
 * repetition. */
#include <stdint.h>

#include "tests/tools/mutations.h"

static char *load(const char *path, size_t *length) {
    FILE *in = fopen(path, "rb");
    size_t room = 1 << 20;
    char *text = in ? malloc(room) : NULL;
    if (!text) {
        perror(path);
        exit(2);
    }
    *length = fread(text, 1, room - 1, in);
    text[*length] = '\0';
    fclose(in);
    return text;
}

struct source {
    char path[256];
    struct mutations m;
    size_t first; /* number of its first mutation, among all */
};

static uint64_t draw(uint64_t *state) { /* splitmix64 */
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void print_flat(const char *text, size_t length) { /* on one line, truncated */
    for (size_t k = 0; k < length && k < 70; k++) putchar(strchr("\n\t", text[k]) ? ' ' : text[k]);
}

static void print_draw(size_t number, const struct source *s, size_t place) {
    const struct mutation *u = &s->m.list[place];
    printf("%zu\t%s\t%ld\t%zu\t", number, s->path, u->line, place);
    print_flat(s->m.text + u->at, u->length);
    printf("\t%s\n", u->after[0] ? u->after : "(nothing)");
}

static int draw_all(uint64_t seed, size_t count) {
    static struct source source[4096];
    size_t sources = 0, all = 0;
    while (sources < 4096 && scanf("%255s", source[sources].path) == 1) {
        struct source *s = &source[sources++];
        size_t length;
        char *text = load(s->path, &length);
        mutations_of(&s->m, text, length);
        s->first = all;
        all += s->m.count;
    }
    bool *taken = calloc(all + 1, 1);
    if (!taken || all == 0) return fprintf(stderr, "mutate: nothing to change in these files\n"), 2;
    for (size_t number = 1; number <= count && number <= all; number++) {
        size_t at = draw(&seed) % all, k = sources;
        while (taken[at]) at = (at + 1) % all;
        taken[at] = true;
        while (source[--k].first > at) continue;
        while (at - source[k].first >= source[k].m.count) k--; /* skip files without changes */
        print_draw(number, &source[k], at - source[k].first);
    }
    return 0;
}

static int apply(const char *path, size_t place) {
    struct mutations m;
    size_t length;
    char *text = load(path, &length);
    mutations_of(&m, text, length);
    if (place >= m.count) return fprintf(stderr, "mutate: %s has only %zu places\n", path, m.count), 2;
    return fputs(mutations_apply(&m, &m.list[place]), stdout) < 0 ? 2 : 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "draw") == 0)
        return draw_all(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "apply") == 0) return apply(argv[2], strtoull(argv[3], NULL, 10));
    fprintf(stderr, "usage: mutate draw SEED COUNT <FILE NAMES, or mutate apply FILE PLACE\n");
    return 2;
}
