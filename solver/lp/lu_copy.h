/* lu_copy.h - the factors of a basis, kept while updates go on elsewhere. */
#ifndef SOLVER_LP_LU_COPY_H
#define SOLVER_LP_LU_COPY_H
#include "solver/lp/lu.h"

/* `to` solves as `from` does. Both are of the same size, and one began as a copy of the other or was never factorised:
 * what they have in common (L of the same factorisation, the first updates) is not copied again. */
void lu_copy(struct lu *to, const struct lu *from);

#endif
