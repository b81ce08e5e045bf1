/* unroll.h - UNROLL before a loop with a constant count unrolls it fully, early enough for the arrays it indexes to
 * live in registers: up to 16 turns, UNROLL_WIDE up to 32, UNROLL_MOST up to 128. NO_UNROLL before a short loop leaves
 * it one, which becomes vectors: unrolled first, conditions in it would become branches.
 *
 * EACH_OF_3(n, N, ...) writes statements out for n = 0 .. N - 1, N at most 3. clang 14 unrolls what is in a loop of one
 * turn too late for arrays to become registers: 1.2 to 2.6 of the time. No loops with UNROLL among the statements. */
#ifndef KERNELS_UNROLL_H
#define KERNELS_UNROLL_H

#if defined(__clang__)
#define UNROLL      _Pragma("clang loop unroll(full)")
#define UNROLL_WIDE UNROLL
#define UNROLL_MOST UNROLL
#define NO_UNROLL
#elif defined(__GNUC__)
#define UNROLL      _Pragma("GCC unroll 16")
#define UNROLL_WIDE _Pragma("GCC unroll 32")
#define UNROLL_MOST _Pragma("GCC unroll 128")
#define NO_UNROLL   _Pragma("GCC unroll 1")
#else
#define UNROLL
#define UNROLL_WIDE
#define UNROLL_MOST
#define NO_UNROLL
#endif

#define EACH_OF_3(n, N, ...)                                                                                           \
    do {                                                                                                               \
        EACH_AT(n, 0, __VA_ARGS__)                                                                                     \
        if ((N) > 1) EACH_AT(n, 1, __VA_ARGS__)                                                                        \
        if ((N) > 2) EACH_AT(n, 2, __VA_ARGS__)                                                                        \
    } while (0)
#define EACH_AT(n, value, ...)                                                                                         \
    {                                                                                                                  \
        enum { n = value };                                                                                            \
        __VA_ARGS__                                                                                                    \
    }

#endif
