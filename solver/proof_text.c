/* proof_text.c - the file: the program, the solution, and the tree from its leaves up. */
#include <math.h>

#include "solver/proof_cut.h"

static void proof_text_value(struct text_writer *out, const char *before, const struct rational *value) {
    char *text = rational_text_new(value);
    text_write(out, "%s%s", before, text);
    free(text);
}

/* In the model's sense. */
static void proof_text_objective(struct text_writer *out, const char *before, const struct proof *s,
                                 const struct rational *value) {
    struct rational own = {0};
    rational_copy(&own, value);
    if (s->program.m->maximize) rational_negate(&own);
    proof_text_value(out, before, &own);
    rational_clear(&own);
}

/* --- the program --- */

static void proof_text_columns(struct text_writer *out, const struct proof_program *p) {
    const struct model *m = p->m;
    int integers = 0, costs = 0;
    char spare[24], before[24];
    text_write(out, "VER 1.1\nVAR %d\n", m->cols);
    for (int j = 0; j < m->cols; j++) {
        const char *name = model_col_name(m, j, spare);
        if (*name && !strpbrk(name, " \t"))
            text_write(out, "%s\n", name);
        else
            text_write(out, "x%d\n", j + 1); /* the format has no such names; their order decides */
        integers += m->integer[j];
        costs += p->cost[j].sign != 0;
    }
    text_write(out, "INT %d\n", integers);
    for (int j = 0; j < m->cols; j++)
        if (m->integer[j]) text_write(out, "%d\n", j);
    text_write(out, "OBJ %s\n%d", m->maximize ? "max" : "min", costs);
    for (int j = 0; j < m->cols; j++) {
        struct rational own = p->cost[j]; /* shares its digits */
        if (own.sign == 0) continue;
        if (m->maximize) rational_negate(&own);
        snprintf(before, sizeof before, " %d ", j);
        proof_text_value(out, before, &own);
    }
    text_write(out, "\n");
}

static void proof_text_bound(struct text_writer *out, int col, const char *sense, int given, double value) {
    struct rational own = {0};
    if (given < 0) return;
    rational_text_decimal(&own, value);
    text_write(out, "b%d %s ", given, sense);
    proof_text_value(out, "", &own);
    text_write(out, " 1 %d 1\n", col);
    rational_clear(&own);
}

static void proof_text_row(struct text_writer *out, const struct rows *by_row, int row, const char *sense,
                           const struct rational *side) {
    struct rational value = {0};
    char before[24];
    text_write(out, " %s ", sense);
    proof_text_value(out, "", side);
    text_write(out, " %ld", by_row->start[row + 1] - by_row->start[row]);
    for (long k = by_row->start[row]; k < by_row->start[row + 1]; k++) {
        snprintf(before, sizeof before, " %d ", by_row->col[k]);
        rational_text_decimal(&value, by_row->value[k]);
        proof_text_value(out, before, &value);
    }
    rational_clear(&value);
}

static void proof_text_given(struct text_writer *out, const struct rows *by_row, int row, const char *sense, int number,
                             double side) {
    struct rational value = {0};
    if (number < 0) return;
    rational_text_decimal(&value, side);
    text_write(out, "r%d", number);
    proof_text_row(out, by_row, row, sense, &value);
    text_write(out, "\n");
    rational_clear(&value);
}

static void proof_text_rows(struct text_writer *out, const struct proof_program *p) {
    const struct model *m = p->read;
    struct rows by_row;
    rows_init(&by_row, m);
    text_write(out, "CON %d %d\n", p->given, p->bounds);
    for (int j = 0; j < m->cols; j++) {
        proof_text_bound(out, j, "G", p->lower[j].given, m->lower[j]);
        proof_text_bound(out, j, "L", p->upper[j].given, m->upper[j]);
    }
    for (int i = 0; i < m->rows; i++) {
        const struct proof_side *lower = &p->row_lower[i], *upper = &p->row_upper[i];
        const bool equation = lower->given >= 0 && lower->given == upper->given;
        proof_text_given(out, &by_row, i, equation ? "E" : "G", lower->given, m->row_lower[i]);
        if (!equation) proof_text_given(out, &by_row, i, "L", upper->given, m->row_upper[i]);
    }
    rows_free(&by_row);
}

/* --- what is proven --- */

static void proof_text_claim(struct text_writer *out, const struct proof *s) {
    const struct model *m = s->program.m;
    int values = 0;
    if (s->infeasible) {
        text_write(out, "RTP infeas\nSOL 0\n");
        return;
    }
    const struct rational *ends[] = {&s->target, &s->objective};
    text_write(out, "RTP range");
    for (int k = 0; k < 2; k++) proof_text_objective(out, " ", s, ends[m->maximize ? 1 - k : k]);
    for (int j = 0; j < m->cols; j++) values += s->x[j].sign != 0;
    text_write(out, "\nSOL 1\nbest %d", values);
    for (int j = 0; j < m->cols; j++) {
        char before[24];
        if (s->x[j].sign == 0) continue;
        snprintf(before, sizeof before, " %d ", j);
        proof_text_value(out, before, &s->x[j]);
    }
    text_write(out, "\n");
}

/* --- the tree --- */

static int proof_text_own(const struct proof_record *r) { /* rows of the node itself */
    return r->rounds ? 2 : 1;
}

/* Numbers the rows: those of a node are its first branching and child, its second ones, and what follows from them. */
static int proof_text_number(struct proof *s) {
    for (int k = s->records - 1; k >= 0; k--) {
        struct proof_record *r = &s->record[k];
        assert(r->child == 0 || r->child > k);
        r->rows = r->only ? s->record[r->only].rows : proof_text_own(r);
        for (int side = 0; side < 2 && r->child && !r->only; side++) r->rows += 1 + s->record[r->child + side].rows;
    }
    int before = s->program.given + s->program.derived, fixes = proof_fix_mark(s), cutoff = fixes > 0;
    int cuts = proof_cut_number(s, before + cutoff), added = cutoff + PROOF_CUT_ROWS * cuts + fixes;
    proof_fix_number(s, before + added - fixes);
    s->record[0].first = before + added;
    for (int k = 0; k < s->records; k++) {
        const struct proof_record *r = &s->record[k];
        if (!r->child) continue;
        if (r->only) {
            s->record[r->only].first = r->first;
            continue;
        }
        s->record[r->child].first = r->first + 1;
        s->record[r->child + 1].first = r->first + 1 + s->record[r->child].rows + 1;
    }
    return s->program.derived + added + s->record[0].rows;
}

static int proof_text_last(const struct proof_record *r) { /* the row that stands for the node */
    return r->first + r->rows - 1;
}

/* The row that uses the node's last one: that of the nearest node above that takes two children. */
static int proof_text_use(const struct proof *s, int record) {
    int parent = s->record[record].parent;
    while (parent >= 0 && s->record[parent].only) parent = s->record[parent].parent;
    return parent < 0 ? -1 : proof_text_last(&s->record[parent]);
}

/* What every node states: OBJ >= target, or 1 <= 0. */
static void proof_text_statement(struct text_writer *out, const struct proof *s, int row) {
    text_write(out, "d%d ", row);
    if (s->infeasible) {
        text_write(out, "G 1 0");
        return;
    }
    proof_text_objective(out, s->program.m->maximize ? "L " : "G ", s, &s->target);
    text_write(out, " OBJ");
}

static int proof_text_marked(const struct proof *s, char mark, long number) {
    assert(number >= 0 && number < (mark == '@' ? s->records : mark == '#' ? s->cuts : s->fixings.count));
    if (mark == '@') return s->record[number].first - 1;
    return mark == '#' ? s->cut[number].row : s->fixings.fix[number].row;
}

/* A sum, where branchings, cuts and fixings are numbers by now. */
static void proof_text_sum(struct text_writer *out, const struct proof *s, const char *at) {
    while (*at) {
        size_t span = strcspn(at, "@#~");
        while (span > 0) { /* in parts that the writer has room for */
            int part = span > 4096 ? 4096 : (int)span;
            text_write(out, "%.*s", part, at);
            at += part;
            span -= (size_t)part;
        }
        if (!*at) break;
        char *end;
        long number = strtol(at + 1, &end, 10);
        text_write(out, "%d", proof_text_marked(s, *at, number));
        at = end;
    }
}

/* OBJ / step >= target / step, rounded. */
static void proof_text_rounded(struct text_writer *out, const struct proof *s, const struct proof_record *r) {
    const struct proof_program *p = &s->program;
    struct rational value = {0};
    int costs = 0;
    char before[24];
    rational_divide(&value, &s->target, &p->step);
    text_write(out, "d%d ", r->first);
    proof_text_objective(out, p->m->maximize ? "L " : "G ", s, &value);
    for (int j = 0; j < p->m->cols; j++) costs += p->cost[j].sign != 0;
    text_write(out, " %d", costs);
    for (int j = 0; j < p->m->cols; j++) {
        if (p->cost[j].sign == 0) continue;
        rational_divide(&value, &p->cost[j], &p->step);
        snprintf(before, sizeof before, " %d ", j);
        proof_text_objective(out, before, s, &value);
    }
    text_write(out, " { rnd %d", r->terms);
    proof_text_sum(out, s, r->sum);
    text_write(out, " } %d\n", r->first + 1);
    rational_clear(&value);
}

static void proof_text_leaf(struct text_writer *out, const struct proof *s, int record) {
    const struct proof_record *r = &s->record[record];
    assert(r->sum && !r->child);
    if (r->rounds) proof_text_rounded(out, s, r);
    proof_text_statement(out, s, proof_text_last(r));
    if (r->rounds) {
        text_write(out, " { lin 1 %d ", r->first);
        proof_text_value(out, "", &s->program.step);
    } else {
        text_write(out, " { lin %d", r->terms);
        proof_text_sum(out, s, r->sum);
    }
    text_write(out, " } %d\n", proof_text_use(s, record));
}

static void proof_text_branching(struct text_writer *out, const struct proof *s, int record) {
    const struct proof_record *r = &s->record[record];
    const struct groups *g = &s->groups;
    int group = r->col - s->program.m->cols;
    text_write(out, "a%d %s %.0f ", r->first - 1, r->up ? "G" : "L", r->bound);
    if (group < 0) text_write(out, "1 %d 1", r->col);
    if (group >= 0) text_write(out, "%d", g->start[group + 1] - g->start[group]);
    for (int e = group < 0 ? 0 : g->start[group]; group >= 0 && e < g->start[group + 1]; e++)
        text_write(out, " %d 1", g->col[e]);
    text_write(out, " { asm } %d\n", proof_text_use(s, record));
}

static void proof_text_join(struct text_writer *out, const struct proof *s, int record) {
    const struct proof_record *r = &s->record[record], *child = &s->record[r->child];
    proof_text_statement(out, s, proof_text_last(r));
    text_write(out, " { uns %d %d %d %d } %d\n", proof_text_last(&child[0]), child[0].first - 1,
               proof_text_last(&child[1]), child[1].first - 1, proof_text_use(s, record));
}

/* Depth first, without recursion: a tree may be deep. From a node: down to its first leaf; from a leaf or a joined
 * node: to its sibling, or to the join of both. */
static void proof_text_tree(struct text_writer *out, const struct proof *s) {
    for (int at = 0; at >= 0;) {
        while (s->record[at].child) {
            bool alone = s->record[at].only > 0;
            at = alone ? s->record[at].only : s->record[at].child;
            if (!alone) proof_text_branching(out, s, at);
        }
        proof_text_leaf(out, s, at);
        while (at > 0 && (s->record[at].up || s->record[s->record[at].parent].only)) {
            at = s->record[at].parent;
            if (!s->record[at].only) proof_text_join(out, s, at);
        }
        if (at == 0) return;
        proof_text_branching(out, s, ++at);
    }
}

static void proof_text_rounding(struct text_writer *out, const struct proof_side *side, int col, const char *sense) {
    if (side->row == side->given) return;
    text_write(out, "d%d %s ", side->row, sense);
    proof_text_value(out, "", &side->value);
    text_write(out, " 1 %d 1 { rnd 1 %d 1 } -1\n", col, side->given);
}

/* A row of the program: the given one, less multiples of equations. */
static void proof_text_sparser(struct text_writer *out, const struct proof_program *p, const struct rows *by_row,
                               int first, int end, const char *sense, const struct proof_side *side) {
    if (side->given < 0) return;
    text_write(out, "d%d", side->row);
    proof_text_row(out, by_row, p->taken[first].row, sense, &side->value);
    text_write(out, " { lin %d %d 1", 1 + end - first, side->given);
    for (int k = first; k < end; k++)
        text_write(out, " %d %.0f", p->row_lower[p->taken[k].equation].row, -p->taken[k].weight);
    text_write(out, " } -1\n");
}

static void proof_text_all_sparser(struct text_writer *out, const struct proof_program *p) {
    struct rows by_row;
    if (!p->sparser) return;
    rows_init(&by_row, p->sparser);
    for (int k = 0, end; k < p->takes; k = end) {
        const int row = p->taken[k].row;
        for (end = k; end < p->takes && p->taken[end].row == row;) end++;
        proof_text_sparser(out, p, &by_row, k, end, "G", &p->row_lower[row]);
        proof_text_sparser(out, p, &by_row, k, end, "L", &p->row_upper[row]);
    }
    rows_free(&by_row);
}

/* --- cuts --- */

static void proof_text_cut_terms(struct text_writer *out, const struct proof_cut *cut, int row) {
    char before[24];
    text_write(out, "d%d G ", row);
    proof_text_value(out, "", &cut->right);
    text_write(out, " %d", cut->count);
    for (int k = 0; k < cut->count; k++) {
        snprintf(before, sizeof before, " %d ", cut->col[k]);
        proof_text_value(out, before, &cut->value[k]);
    }
}

static void proof_text_cut_side(struct text_writer *out, const struct proof *s, const struct proof_cut *cut, int side) {
    int assumption = cut->row - 4 + side;
    proof_text_cut_terms(out, cut, cut->row - 2 + side);
    text_write(out, " { lin %d %d", cut->terms[side] + 1, assumption);
    proof_text_value(out, " ", &cut->weight[side]);
    proof_text_sum(out, s, cut->sum[side]);
    text_write(out, " } %d\n", cut->row);
}

static void proof_text_cut(struct text_writer *out, const struct proof *s, const struct proof_cut *cut) {
    struct rational above = {0}, one = {0};
    int first = cut->row - 4;
    rational_set(&one, 1);
    rational_add(&above, &cut->below, &one);
    for (int side = 0; side < 2; side++) {
        text_write(out, "a%d %s", first + side, side ? "G" : "L");
        proof_text_value(out, " ", side ? &above : &cut->below);
        text_write(out, " %d", cut->split_terms);
        proof_text_sum(out, s, cut->split);
        text_write(out, " { asm } %d\n", cut->row);
    }
    for (int side = 0; side < 2; side++) proof_text_cut_side(out, s, cut, side);
    proof_text_cut_terms(out, cut, cut->row);
    text_write(out, " { uns %d %d %d %d } -1\n", first + 2, first, first + 3, first + 1);
    rational_clear(&above);
    rational_clear(&one);
}

/* --- fixings --- */

static void proof_text_cutoff(struct text_writer *out, const struct proof *s) {
    bool any = false;
    for (int k = 0; k < s->fixings.count; k++) any |= s->fixings.fix[k].used;
    if (!any) return;
    assert(!s->infeasible && !s->program.m->maximize);
    text_write(out, "d%d ", proof_fix_cutoff(s));
    proof_text_value(out, "L ", &s->objective);
    text_write(out, " OBJ { sol } -1\n");
}

static void proof_text_fix(struct text_writer *out, const struct proof *s, int fix) {
    const struct proof_fix *f = &s->fixings.fix[fix];
    text_write(out, "d%d ", f->row);
    proof_text_value(out, "L ", &f->side);
    text_write(out, " %d", f->columns);
    for (int j = 0; j < s->program.m->cols; j++)
        if (abs(s->fixings.of[j]) == fix + 1) text_write(out, " %d %d", j, s->fixings.of[j] > 0 ? 1 : -1);
    text_write(out, " { rnd %d", f->terms);
    proof_text_sum(out, s, f->sum);
    text_write(out, " } -1\n");
}

bool proof_text_write(const char *path, struct proof *s, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    proof_text_columns(&out, &s->program);
    proof_text_rows(&out, &s->program);
    proof_text_claim(&out, s);
    text_write(&out, "DER %d\n", proof_text_number(s));
    for (int j = 0; j < s->program.m->cols; j++) {
        proof_text_rounding(&out, &s->program.lower[j], j, "G");
        proof_text_rounding(&out, &s->program.upper[j], j, "L");
    }
    proof_text_all_sparser(&out, &s->program);
    for (int k = 0; k < s->program.merges; k++) proof_text_cut(&out, s, &s->program.merge[k]);
    proof_text_cutoff(&out, s);
    for (int k = 0; k < s->cuts; k++)
        if (s->cut[k].used) proof_text_cut(&out, s, &s->cut[k]);
    for (int k = 0; k < s->fixings.count; k++)
        if (s->fixings.fix[k].used) proof_text_fix(&out, s, k);
    proof_text_tree(&out, s);
    return text_close(&out, err);
}
