/* growth_program.c - writes one random program with the testbed's own structure (tests/support/dag.h) as MPS, of as many
 * layers as asked for.
 *
 *   growth_program chain|dag LAYERS SEED FILE        40 choices a layer, 4 layouts, a budget for the sum of memory */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/io/mps.h"
#include "tests/support/dag.h"

int main(int argc, char **argv) {
    if (argc != 5 || (strcmp(argv[1], "chain") != 0 && strcmp(argv[1], "dag") != 0)) {
        fprintf(stderr, "usage: growth_program chain|dag LAYERS SEED FILE\n");
        return 2;
    }
    const struct dag d = {atoi(argv[2]), 40, 4, strcmp(argv[1], "dag") == 0 ? 40 : 0, 0.15};
    struct error err = {0};
    struct model *m = dag_program(&d, strtoull(argv[3], NULL, 10));
    bool good = m && mps_write(argv[4], m, &err);
    if (!good) fprintf(stderr, "%s\n", err.text);
    model_free(m);
    return good ? 0 : 2;
}
