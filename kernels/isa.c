#include <assert.h>

#include "kernels/isa.h"

#include <string.h>

_Static_assert(ISA_BASE <= ISA_AVX512 && ISA_MOST >= ISA_BASE, "numbers of enum isa");

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
    return (int)isa <= ISA_BASE;
}

/* What all functions are compiled for is not asked for: a constant, if it is all that is wanted. */
static enum isa isa_at_most(int isa) {
    while (isa > ISA_BASE && !isa_available((enum isa)isa)) isa--;
    assert(isa >= 0);
    return (enum isa)isa;
}

#ifdef ISA_ONLY
enum isa isa_code(void) {
    return isa_at_most(ISA_ONLY);
}
#else
const char *const isa_names[ISAS] = {"portable", "sse2", "avx2", "avx512"};

static int isa_forced = -1; /* -1: neither forced nor assumed */
static int isa_most = ISAS - 1;

enum isa isa_best(void) {
    return isa_at_most(ISAS - 1);
}

enum isa isa_current(void) {
    return isa_forced < 0 ? isa_best() : (enum isa)isa_forced;
}

enum isa isa_code(void) {
    const int layout = (int)isa_current();
    return isa_at_most(layout < isa_most ? layout : isa_most);
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

void isa_restrict(enum isa most) {
    isa_most = (int)most;
}

bool isa_parse(enum isa *isa, const char *name) {
    for (int i = 0; i < ISAS; i++)
        if (strcmp(name, isa_names[i]) == 0) return *isa = (enum isa)i, true;
    return false;
}
#endif
