/* bas.h - bases of linear programs in the MPS form that CPLEX, clp, GLPK, Gurobi and lp_solve write.
 *
 *     NAME [name ...]
 *      XU column row [NUMBER]     the column is basic, the row is not: its activity is at its upper side
 *      XL column row [NUMBER]     likewise, at its lower side
 *      UL column [NUMBER]         the column is not basic, but at its upper bound
 *      LL column [NUMBER]         likewise, at its lower bound
 *      BS column|row [NUMBER]     is basic: only for rows, which are that anyway
 *     ENDATA
 *
 * Rows are basic and columns at their lower bounds unless a line says otherwise, so every file has as many basic
 * variables as rows. Numbers (clp: values) are ignored. Names are those of mps_write. */
#ifndef SOLVER_IO_BAS_H
#define SOLVER_IO_BAS_H
#include "solver/model/basis.h"
#include "solver/model/model.h"

bool bas_write(const char *path, const struct model *m, const unsigned char *place, struct error *err);
/* place[cols + rows] (enum place). A variable that lacks the bound that the file names is at the other one, or at 0 if
 * it has none. An error names line and variable: a name that is not the model's, a variable placed twice, a file
 * without its end. */
bool bas_read(unsigned char *place, const char *path, const struct model *m, struct error *err);

#endif
