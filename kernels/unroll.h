/* unroll.h - UNROLL before a loop with a constant count unrolls it fully, early enough for the arrays it indexes to
 * live in registers: up to 16 turns, UNROLL_WIDE up to 32, UNROLL_MOST up to 128. NO_UNROLL before a short loop leaves
 * it one, which becomes vectors: unrolled first, conditions in it would become branches. */
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

#endif
