/* isa.h - which instruction set the kernels use: chosen once from the CPU, or forced (--isa). */
#ifndef KERNELS_ISA_H
#define KERNELS_ISA_H
#include <stdbool.h>

enum isa { ISA_PORTABLE, ISA_SSE2, ISA_AVX2, ISA_AVX512 };
#define ISAS 4
extern const char *const isa_names[ISAS]; /* "portable", "sse2", "avx2", "avx512" */

enum isa isa_best(void);    /* the best that this CPU has */
enum isa isa_current(void); /* what kernels use now */
bool isa_force(
    enum isa isa); /* false: this CPU does not have it. Stored weights made under another ISA are not valid any more,
                                   and workspaces may differ. Not to be called while kernels run. */
#endif
