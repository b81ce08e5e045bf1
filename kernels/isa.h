/* isa.h - which instruction set the kernels use: chosen once from the CPU, or forced (--isa). */
#ifndef KERNELS_ISA_H
#define KERNELS_ISA_H
#include <stdbool.h>

enum isa { ISA_PORTABLE, ISA_SSE2, ISA_AVX2, ISA_AVX512 };
#define ISAS 4
extern const char *const isa_names[ISAS]; /* "portable", "sse2", "avx2", "avx512" */

enum isa isa_best(void);          /* the best that this CPU has */
bool isa_available(enum isa isa); /* does this CPU (and this build) have it? */
enum isa isa_current(void);       /* what kernels use now */
/* false: this CPU does not have it. Invalidates stored weights made under another ISA; workspaces may differ. Not to be
 * called while kernels run. */
bool isa_force(enum isa isa);
/* As isa_force, for planning only: workspaces and stored weights are counted as on a CPU that has `isa`, whatever this
 * one has; no kernel may run until isa_force. So a plan and its bytes are the same on every machine. */
void isa_assume(enum isa isa);
bool isa_parse(enum isa *isa, const char *name);

/* The attribute with which a function is compiled for an ISA. gcc's target_clones is no use here: its "avx2" lacks
 * FMA. */
#if defined(__x86_64__)
#define ISA_TARGET_AVX2   __attribute__((target("avx2,fma")))
#define ISA_TARGET_AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma")))
#endif

#endif
