/* isa.h - instruction sets, which decide two things.
 *
 *     isa_current()  the layout: tiles of the matrix products, hence stored weights and workspaces; chosen once from the
 *                    CPU, forced (--isa), or that of a plan
 *     isa_code()     the instructions that kernels use now: the layout's, or the best that the CPU has instead
 *
 * Every layout can be computed with every instruction set, so a plan for one CPU runs on any other, if more slowly.
 *
 * An emitted program has one layout: the compiler defines ISA_ONLY as its number. Which code is compiled then follows
 * the compiler's target: ISA_BASE is what its flags promise of the CPU; functions with a target attribute go further
 * on x86-64, and are chosen when the program runs. */
#ifndef KERNELS_ISA_H
#define KERNELS_ISA_H
#include <stdbool.h>

enum isa { ISA_PORTABLE, ISA_SSE2, ISA_AVX2, ISA_AVX512 };
#define ISAS 4

/* As numbers, since #if knows no enum. */
#if defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__) && defined(__AVX2__) && defined(__FMA__)
#define ISA_BASE 3
#elif defined(__AVX2__) && defined(__FMA__)
#define ISA_BASE 2
#elif defined(__SSE2__)
#define ISA_BASE 1
#else
#define ISA_BASE 0
#endif
#if defined(__x86_64__)
#define ISA_MOST 3
#else
#define ISA_MOST ISA_BASE
#endif

/* Is code for this instruction set, or for any CPU, compiled? Not what the layout has no use for, nor what is slower
 * than the code of another that every CPU has. */
#ifdef ISA_ONLY
#define ISA_HAS_LAYOUT(isa) (ISA_ONLY == (isa))
#define ISA_HAS_AVX512      (ISA_MOST >= 3 && ISA_ONLY >= 3)
#define ISA_HAS_AVX2        (ISA_MOST >= 2 && ISA_ONLY >= 2 && !(ISA_BASE >= 3 && ISA_ONLY >= 3))
#define ISA_HAS_PLAIN       (ISA_BASE < 2 || ISA_ONLY < 2)
#else
#define ISA_HAS_LAYOUT(isa) 1
#define ISA_HAS_AVX512      (ISA_MOST >= 3)
#define ISA_HAS_AVX2        (ISA_MOST >= 2)
#define ISA_HAS_PLAIN       1
#endif

/* The attribute with which a function is compiled for an ISA; none if all functions are. gcc's target_clones does not
 * help: its "avx2" lacks FMA. */
#if ISA_BASE >= 2
#define ISA_TARGET_AVX2
#elif ISA_MOST >= 2
#define ISA_TARGET_AVX2 __attribute__((target("avx2,fma")))
#endif
#if ISA_BASE >= 3
#define ISA_TARGET_AVX512
#elif ISA_MOST >= 3
#define ISA_TARGET_AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma")))
#endif

bool isa_available(enum isa isa); /* does this CPU (and this build) have it? */
enum isa isa_code(void);          /* the best that this CPU has, at most isa_current() */

#ifdef ISA_ONLY
static inline enum isa isa_current(void) {
    return (enum isa)ISA_ONLY;
}
#else
extern const char *const isa_names[ISAS]; /* "portable", "sse2", "avx2", "avx512" */

enum isa isa_best(void); /* the best that this CPU has */
enum isa isa_current(void);
/* false: this CPU does not have it. Invalidates stored weights made under another ISA; workspaces may differ. Not to be
 * called while kernels run. */
bool isa_force(enum isa isa);
/* As isa_force, whether or not this CPU has it: workspaces and stored weights are as on one that has, so a plan and its
 * bytes are the same on every machine. */
void isa_assume(enum isa isa);
/* For tests: kernels use no better instructions than these, as on a CPU that lacks them. */
void isa_restrict(enum isa most);
bool isa_parse(enum isa *isa, const char *name);
#endif

#endif
