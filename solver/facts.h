/* facts.h - what a run of milp_solve has to say about itself: the log (log.h), the lines of statistics and the JSON of
 * --log print these, and nothing else collects them. Names of separators, heuristics, stages and phases come from their
 * tables. */
#ifndef SOLVER_FACTS_H
#define SOLVER_FACTS_H
#include "solver/base/keys.h"
#include "solver/model/model.h"
#include "solver/search/search.h"

struct facts_size {
    int rows, cols, integers, binaries; /* binaries: of the integers */
    long entries;
};

/* Absolute values other than 0, infinite bounds left out. */
enum facts_kind { FACTS_MATRIX, FACTS_COST, FACTS_BOUNDS, FACTS_SIDES, FACTS_KINDS };
struct facts_range {
    double least, most; /* 0: there are no values */
};
extern const char *const facts_kind_names[]; /* [FACTS_KINDS] */

enum facts_part {
#define FACTS_PART(name, title) FACTS_##name,
#include "solver/facts.def"
#undef FACTS_PART
    FACTS_PARTS
};

struct facts_solution {
    double seconds, objective; /* since the run began; in the model's sense */
    char found_by[24];
};

/* The answer as milp_solve returns it. */
struct facts_answer {
    const char *status, *found_by;
    bool has; /* an objective */
    double objective, bound, gap, seconds;
    int64_t nodes, iterations;
};

struct facts {
    struct facts_answer answer;
    struct facts_size given, presolved; /* presolved: the program after presolve, if that ran */
    int searched_rows, searched_cols;   /* of the last tree; 0: there was none */
    struct facts_range range[FACTS_KINDS];
    struct lp_watch watch; /* relaxation at the root, by phase; of an LP the whole */
    struct search_counts counts;
    struct search_tallies tallies;
    double root_first, root_last; /* the root's relaxation before and after cuts, in the model's sense */
    int cuts;
    struct facts_solution *solution; /* [solutions] each better than the one before */
    size_t solutions;
    double seconds[FACTS_PARTS];
};

struct facts *facts_new(const struct model *m);
void facts_free(struct facts *f);
struct facts_size facts_size(const struct model *m);
void facts_add_solution(struct facts *f, double seconds, double objective, const char *found_by);

/* Whether values of so many magnitudes cost accuracy: a ratio above 1e9, or values above 1e9. */
bool facts_wild(const struct facts_range *r);
/* One line per statistic: name, tab, value. */
void facts_lines(FILE *out, const struct facts *f);
/* The same facts as keys and tables of JSON. */
void facts_keys(struct keys *k, const struct facts *f);

/* Seconds of a part by number: those of facts.def, the stages, the heuristics, and what is left of the whole. NULL after
 * that. */
const char *facts_seconds(double *seconds, const struct facts *f, int part);

#endif
