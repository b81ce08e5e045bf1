/* plan_text.h - shared by the parts of formulation/plan.h. */
#ifndef FORMULATION_PLAN_TEXT_H
#define FORMULATION_PLAN_TEXT_H
#include "formulation/plan.h"

/* Appends a step; copies its texts. */
struct plan_step *plan_text_add(struct plan *p, const struct plan_step *step);

#endif
