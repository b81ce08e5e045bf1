/* forced_isa.h - TASO_ISA=NAME makes a test program compute with that instruction set instead of the CPU's best. */
#ifndef TESTS_SUPPORT_FORCED_ISA_H
#define TESTS_SUPPORT_FORCED_ISA_H
#include <stdio.h>
#include <stdlib.h>

#include "kernels/isa.h"

static inline void forced_isa(void) {
    const char *name = getenv("TASO_ISA");
    enum isa isa;
    if (!name || !name[0]) return;
    if (!isa_parse(&isa, name) || !isa_force(isa)) fprintf(stderr, "TASO_ISA: this CPU has no %s\n", name), exit(2);
}

#endif
