/* The block of a segment by itself: windows that grow, replace and shrink at random. Floats are tagged and moved as the
 * list says, and the bytes moved are the fewest of all ways that give enough room, found by trying all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/segment_block.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

#define WINDOWS 6
#define STEPS   40

enum deed { GROW, REPLACE, RELEASE };
struct step {
    enum deed deed;
    int k, rows;
};

struct script {
    int windows, steps;
    int row[WINDOWS]; /* floats */
    int begin;        /* floats at the left end that are kept */
    int input;        /* rows of the rightmost window, there from the start; 0: it is fed as the others are */
    struct step step[STEPS];
    int64_t most; /* floats held at once */
};

/* Windows as a script says, without places. */
struct held {
    int low[WINDOWS], made[WINDOWS];
};

static int64_t held_floats(const struct script *s, const struct held *h) {
    int64_t sum = s->begin;
    for (int k = 0; k < s->windows; k++) sum += (int64_t)(h->made[k] - h->low[k]) * s->row[k];
    return sum;
}

static void held_step(struct held *h, const struct step *t) {
    if (t->deed == RELEASE) h->low[t->k] += t->rows;
    if (t->deed != RELEASE) h->made[t->k] += t->rows;
    if (t->deed == REPLACE) h->low[t->k - 1] += t->rows;
}

static struct script any_script(struct random *r) {
    struct script s = {
        .windows = random_int(r, 2, WINDOWS), .begin = random_int(r, 0, 3), .input = random_int(r, 0, 6)};
    struct held h = {{0}, {0}};
    for (int k = 0; k < s.windows; k++)
        s.row[k] = k > 1 && random_int(r, 0, 2) == 0 ? s.row[k - 1] : random_int(r, 1, 5);
    h.made[0] = s.input;
    s.most = held_floats(&s, &h);
    while (s.steps < STEPS) {
        struct step t = {(enum deed)random_int(r, 0, 2), random_int(r, 0, s.windows - 1), random_int(r, 1, 3)};
        const int there = h.made[t.k] - h.low[t.k];
        if (t.deed == GROW && t.k == 0 && s.input > 0) continue;
        if (t.deed == REPLACE && (t.k < 2 || s.row[t.k] != s.row[t.k - 1])) continue;
        if (t.deed == REPLACE && h.made[t.k - 1] - h.low[t.k - 1] < t.rows) continue;
        if (t.deed == RELEASE && (there == 0 || t.k == s.windows - 1)) continue;
        if (t.deed == RELEASE && t.rows > there) t.rows = there;
        held_step(&h, &t);
        s.step[s.steps++] = t;
        s.most = held_floats(&s, &h) > s.most ? held_floats(&s, &h) : s.most;
    }
    return s;
}

/* --- the fewest bytes --- */

/* Windows from the left to the right; those of `stay` remain where they are, the others lie as far left as they can,
 * and all of them in order. Has window k room for `more` floats after its end? */
static bool fits(const struct block *b, int k, int64_t more, unsigned stay) {
    int64_t at = b->begin;
    for (int i = b->windows - 1; i >= 0; i--) {
        const struct block_window *w = &b->window[i];
        const int64_t bytes = (w->made - w->low) * w->row_bytes;
        if (bytes > 0 && (stay & 1u << i)) {
            if (w->offset < at) return false;
            at = w->offset;
        }
        at += bytes + (i == k ? more : 0);
    }
    return at <= b->bytes;
}

static int64_t fewest_bytes(const struct block *b, int k, int64_t more) {
    int64_t best = INT64_MAX;
    for (unsigned stay = 0; stay < 1u << b->windows; stay++) {
        int64_t moved = 0;
        if ((!b->fed && !(stay & 1)) || !(stay & 1u << (b->windows - 1)) || !fits(b, k, more, stay)) continue;
        for (int i = 0; i < b->windows; i++)
            if (!(stay & 1u << i)) moved += (b->window[i].made - b->window[i].low) * b->window[i].row_bytes;
        best = moved < best ? moved : best;
    }
    return best;
}

/* --- tagged floats --- */

static int tag_of(int k, int row, int i) {
    return 1 + (k * 1000 + row) * 8 + i;
}

static void windows_are_in_order(const struct block *b, const struct script *s, const struct held *h, const int *tag) {
    int64_t at = b->begin;
    for (int k = b->windows - 1; k >= 0; k--) {
        const struct block_window *w = &b->window[k];
        ck_assert_int_eq(w->low, h->low[k]);
        ck_assert_int_eq(w->made, h->made[k]);
        if (w->made == w->low) continue;
        ck_assert_int_ge(w->offset, at);
        at = w->offset + (w->made - w->low) * w->row_bytes;
        bool kept = true;
        for (int row = w->low; row < w->made; row++)
            for (int i = 0; i < s->row[k]; i++)
                kept = kept && tag[w->offset / 4 + (row - w->low) * s->row[k] + i] == tag_of(k, row, i);
        ck_assert(kept);
    }
    ck_assert_int_le(at, b->bytes);
}

/* Moves from number `from` on; returns how many bytes. */
static int64_t moves_are_made(int *tag, const struct block *b, int from) {
    int64_t moved = 0;
    for (int i = from; i < b->moves; i++) {
        const struct segment_move *m = &b->move[i];
        ck_assert(m->from >= b->begin && m->to >= b->begin);
        ck_assert(m->from + m->bytes <= b->bytes && m->to + m->bytes <= b->bytes);
        memmove(tag + m->to / 4, tag + m->from / 4, (size_t)m->bytes);
        moved += m->bytes;
    }
    return moved;
}

static void rows_are_written(int *tag, const struct script *s, int k, int row, int rows, int64_t at) {
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < s->row[k]; i++) tag[at / 4 + r * s->row[k] + i] = tag_of(k, row + r, i);
}

struct seen {
    int grown, pushed, replaced;
};

static void step_is_taken(struct seen *seen, struct block *b, const struct script *s, struct held *h,
                          const struct step *t, int *tag) {
    const int moves = b->moves, row = h->made[t->k];
    if (t->deed == RELEASE) {
        segment_block_release(b, t->k, h->low[t->k] + t->rows);
    } else if (t->deed == GROW) {
        const int64_t fewest = fewest_bytes(b, t->k, (int64_t)t->rows * s->row[t->k] * 4);
        const int64_t at = segment_block_grow(b, t->k, t->rows);
        ck_assert_int_eq(moves_are_made(tag, b, moves), fewest);
        rows_are_written(tag, s, t->k, row, t->rows, at);
        seen->grown++;
        seen->pushed += fewest > 0;
    } else {
        const int from = h->low[t->k - 1];
        const int64_t at = segment_block_replace(b, t->k, t->rows);
        moves_are_made(tag, b, moves);
        for (int r = 0; r < t->rows; r++) /* over the rows that are read */
            for (int i = 0; i < s->row[t->k]; i++)
                ck_assert_int_eq(tag[at / 4 + r * s->row[t->k] + i], tag_of(t->k - 1, from + r, i));
        rows_are_written(tag, s, t->k, row, t->rows, at);
        seen->replaced++;
    }
    held_step(h, t);
    ck_assert_int_eq(b->held, 4 * held_floats(s, h));
}

static void script_is_run(struct seen *seen, const struct script *s, bool places) {
    struct block b;
    struct held h = {{0}, {0}};
    int *tag = MEMORY_NEW(int, s->most);
    segment_block_init(&b, s->windows, 4 * s->begin);
    b.fed = s->input == 0;
    for (int k = 0; k < s->windows; k++) b.window[k].row_bytes = 4 * s->row[k];
    segment_block_begin(&b, places, 4 * s->most);
    const int64_t end = 4 * s->most, at = segment_block_grow(&b, 0, s->input);
    h.made[0] = s->input;
    ck_assert(!places || s->input == 0 || at + 4 * (int64_t)s->input * s->row[0] == end);
    rows_are_written(tag, s, 0, 0, s->input, end - 4 * (int64_t)s->input * s->row[0]);
    for (int i = 0; i < s->steps; i++) {
        const struct step *t = &s->step[i];
        if (places) {
            step_is_taken(seen, &b, s, &h, t, tag);
            windows_are_in_order(&b, s, &h, tag);
            continue;
        }
        if (t->deed == GROW) segment_block_grow(&b, t->k, t->rows);
        if (t->deed == REPLACE) segment_block_replace(&b, t->k, t->rows);
        if (t->deed == RELEASE) segment_block_release(&b, t->k, h.low[t->k] + t->rows);
        held_step(&h, t);
        ck_assert_int_eq(b.held, 4 * held_floats(s, &h));
    }
    ck_assert(places || b.moves == 0);
    free(b.move);
    segment_block_free(&b);
    free(tag);
}

START_TEST(a_block_as_large_as_what_is_held_has_room_and_moves_the_fewest_bytes) {
    const char *const many = getenv("TASO_RANDOM"), *const seed = getenv("TASO_SEED");
    const int scripts = many ? atoi(many) : 500;
    struct random r = {seed ? (uint64_t)atoi(seed) : 1};
    struct seen seen = {0};
    for (int i = 0; i < scripts; i++) {
        const struct script s = any_script(&r);
        script_is_run(&seen, &s, false);
        script_is_run(&seen, &s, true);
    }
    printf("%d scripts from seed %s: %d times grown, %d with pushes; %d times replaced\n", scripts, seed ? seed : "1",
           seen.grown, seen.pushed, seen.replaced);
    ck_assert_int_gt(seen.pushed, scripts);
    ck_assert_int_gt(seen.replaced, scripts / 2);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("segment_block");
    TCase *c = tcase_create("segment_block");
    tcase_add_test(c, a_block_as_large_as_what_is_held_has_room_and_moves_the_fewest_bytes);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
