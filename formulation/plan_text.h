/* plan_text.h - shared by the parts of formulation/plan.h. */
#ifndef FORMULATION_PLAN_TEXT_H
#define FORMULATION_PLAN_TEXT_H
#include "formulation/plan.h"

extern const char *const plan_columns[]; /* of a row, in order */
enum {
    PLAN_STEP,
    PLAN_KIND,
    PLAN_LAYER,
    PLAN_NAME,
    PLAN_FROM,
    PLAN_TO,
    PLAN_SCENARIO,
    PLAN_TIME,
    PLAN_WORKSPACE,
    PLAN_WEIGHTS,
    PLAN_COLUMNS
};
/* Rows of a call: the number after the @ of a strip's scenario; 0 if there is none. */
int plan_text_rows(const struct plan_step *step);
/* Appends a step; copies its texts. */
struct plan_step *plan_text_add(struct plan *p, const struct plan_step *step);

#endif
