#include <assert.h>

#include "kernels/isa.h"

#include <string.h>

const char *const isa_names[ISAS] = {"portable", "sse2", "avx2", "avx512"};

static int isa_forced = -1; /* -1: neither forced nor assumed */

bool isa_available(enum isa isa) {
#if defined(__x86_64__)
    switch (isa) {
    case ISA_PORTABLE:
    case ISA_SSE2: return true;
    case ISA_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ISA_AVX512:
        return isa_available(ISA_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq");
    }
#endif
    return isa == ISA_PORTABLE;
}

enum isa isa_best(void) {
    int isa = ISAS - 1;
    while (!isa_available((enum isa)isa)) isa--;
    return (enum isa)isa;
}

enum isa isa_current(void) {
    return isa_forced < 0 ? isa_best() : (enum isa)isa_forced;
}

bool isa_force(enum isa isa) {
    if (!isa_available(isa)) return false;
    isa_forced = (int)isa;
    assert(isa_current() == isa);
    return true;
}

void isa_assume(enum isa isa) {
    isa_forced = (int)isa;
}

bool isa_parse(enum isa *isa, const char *name) {
    for (int i = 0; i < ISAS; i++)
        if (strcmp(name, isa_names[i]) == 0) return *isa = (enum isa)i, true;
    return false;
}
