#include "experiments/runtime/arena_search.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"

#define ARENA_SEARCH_SEED   20230325
#define ARENA_SEARCH_FIRST  1000 /* nodes of the first rounds */
#define ARENA_SEARCH_GROWTH 1.3  /* of the nodes, every ARENA_SEARCH_ORDERS rounds */
#define ARENA_SEARCH_NOISE  0.3  /* of the order of branches */
#define ARENA_SEARCH_DEPTH  10000
#define ARENA_SEARCH_KEYS   ((int64_t)1 << 18) /* states remembered, at most */

enum { ARENA_SEARCH_LONGEST, ARENA_SEARCH_AREA, ARENA_SEARCH_BYTES, ARENA_SEARCH_ORDERS };

struct arena_search_key {
    uint64_t a, b;
};

struct arena_searching {
    struct skyline *s;
    const struct limits *limits;
    int64_t nodes, most; /* of all rounds; at which this round ends */
    enum limits_stop stop;
    bool ended; /* this round has used up its nodes, or `stop` is set */
    int order, depth;
    struct random random;
    struct arena_search_key *dead; /* [keys], by hash: a later one takes the place of an earlier one */
    uint64_t keys;
    struct arena_search_branch {
        int block;
        double value;
    } * branch; /* a stack: those of every open node */
    size_t branches, room;
};

/* --- which section is next --- */

struct arena_search_choice {
    int section, blocks;
    int64_t next; /* floor of branch (4); -1: does not fit */
    double score; /* the least is chosen */
};

static bool arena_search_candidate(const struct skyline *s, const struct skyline_block *k, int64_t floor) {
    return !k->laid && k->low == floor && (k->twin < 0 || s->block[k->twin].laid);
}

static struct arena_search_choice arena_search_rate(const struct skyline *s, int section) {
    const struct skyline_section *x = &s->section[section];
    struct arena_search_choice c = {.section = section, .next = -1};
    for (int k = s->first_cover[section]; k < s->first_cover[section + 1]; k++)
        c.blocks += arena_search_candidate(s, &s->block[s->cover[k]], x->floor);
    assert(c.blocks > 0); /* settled: a floor is the low of some block */
    if (x->floor + x->rest < s->capacity) {
        const int64_t next = skyline_next(s, section);
        if (next < INT64_MAX && next + x->rest <= s->capacity) c.next = next;
    }
    const int branches = c.blocks + (c.next >= 0);
    c.score = branches == 1 ? -1 : (branches - 1) / (10 + (double)x->refusals);
    return c;
}

static struct arena_search_choice arena_search_choose(const struct skyline *s, int from, int end) {
    struct arena_search_choice best = {.section = -1, .score = HUGE_VAL};
    for (int l = from, r; l < end; l = r) {
        const int64_t floor = s->section[l].floor;
        for (r = l + 1; r < end && s->section[r].floor == floor; r++) continue;
        if ((l > from && s->section[l - 1].floor < floor) || (r < end && s->section[r].floor < floor)) continue;
        for (int t = l; t < r; t++) {
            struct arena_search_choice c = arena_search_rate(s, t);
            if (c.score < best.score) best = c;
            if (c.score < 0) return c;
        }
    }
    assert(best.section >= 0); /* the lowest floor is in a valley */
    return best;
}

/* --- branches, best first --- */

static double arena_search_value(struct arena_searching *q, const struct skyline_block *k) {
    const double steps = k->end - k->first, bytes = (double)k->bytes,
                 shaken = 1 + ARENA_SEARCH_NOISE * random_unit(&q->random);
    if (q->order == ARENA_SEARCH_LONGEST) return steps * 1e12 * shaken + bytes;
    return (q->order == ARENA_SEARCH_AREA ? steps * bytes : bytes * 1e6 + steps) * shaken;
}

static void arena_search_branches(struct arena_searching *q, const struct arena_search_choice *c) {
    const struct skyline *s = q->s;
    const size_t first = q->branches;
    q->branch = memory_grow(q->branch, &q->room, first + (size_t)c->blocks, sizeof *q->branch);
    for (int k = s->first_cover[c->section]; k < s->first_cover[c->section + 1]; k++) {
        const struct skyline_block *b = &s->block[s->cover[k]];
        if (!arena_search_candidate(s, b, s->section[c->section].floor)) continue;
        const struct arena_search_branch new = {s->cover[k], arena_search_value(q, b)};
        size_t at = q->branches++;
        for (; at > first && q->branch[at - 1].value < new.value; at--) q->branch[at] = q->branch[at - 1];
        q->branch[at] = new;
    }
    assert(q->branches == first + (size_t)c->blocks);
}

/* --- states without a solution --- */

static uint64_t arena_search_mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Of a part: what is left, and what is under it. Bases count, too: (2) may refuse here what it allows over another
 * base, where the packing whose sum of offsets is least may be. */
static struct arena_search_key arena_search_key(const struct skyline *s, int from, int end) {
    struct arena_search_key key = {arena_search_mix((uint64_t)from), arena_search_mix(~(uint64_t)end)};
    for (int t = from; t < end; t++) {
        const uint64_t floor = (uint64_t)s->section[t].floor, base = (uint64_t)s->section[t].base;
        key.a = arena_search_mix(arena_search_mix(key.a + floor) + base);
        key.b = arena_search_mix(arena_search_mix((key.b ^ floor) * 0xd1342543de82ef95u) ^ base);
        for (int k = s->first_cover[t]; k < s->first_cover[t + 1]; k++) {
            const struct skyline_block *j = &s->block[s->cover[k]];
            if (j->laid || j->first != t) continue;
            key.a = arena_search_mix(key.a + (uint64_t)s->cover[k]);
            key.b = arena_search_mix((key.b ^ (uint64_t)s->cover[k]) * 0xd1342543de82ef95u);
        }
    }
    key.a |= 1; /* an unused place is 0 */
    return key;
}

/* --- the search --- */

static bool arena_search_parts(struct arena_searching *q, int from, int end);

static bool arena_search_ended(struct arena_searching *q) {
    q->nodes++;
    q->stop = limits_clock(q->limits);
    if (q->stop == LIMITS_RUNNING && q->nodes >= q->limits->nodes) q->stop = LIMITS_NODES;
    q->ended = q->stop != LIMITS_RUNNING || q->nodes >= q->most || q->depth >= ARENA_SEARCH_DEPTH;
    return q->ended;
}

static bool arena_search_try(struct arena_searching *q, const struct arena_search_choice *c, int from, int end) {
    struct skyline *s = q->s;
    const size_t first = q->branches;
    arena_search_branches(q, c);
    for (int i = 0; i < c->blocks + (c->next >= 0); i++) {
        const size_t mark = s->changes;
        const bool open = i < c->blocks ? skyline_lay(s, q->branch[first + (size_t)i].block)
                                        : skyline_give_up(s, c->section, c->next);
        CHECK(skyline_check(s));
        if (open && arena_search_parts(q, from, end)) return true;
        skyline_undo(s, mark);
        if (q->ended) return false;
    }
    q->branches = first;
    const int64_t next = c->next < 0 ? skyline_next(s, c->section) : INT64_MAX;
    return next < INT64_MAX ? skyline_refuse(s, c->section, next) : false;
}

/* Lays all blocks left in sections from .. end - 1, which no other block crosses. */
static bool arena_search_part(struct arena_searching *q, int from, int end) {
    if (arena_search_ended(q)) return false;
    const struct arena_search_key key = arena_search_key(q->s, from, end);
    struct arena_search_key *known = &q->dead[(key.b ^ (key.a >> 1)) % q->keys];
    if (known->a == key.a && known->b == key.b) return false;
    const struct arena_search_choice c = arena_search_choose(q->s, from, end);
    q->depth++;
    const bool found = arena_search_try(q, &c, from, end);
    q->depth--;
    if (!found && !q->ended) *known = key;
    return found;
}

/* The end of the part that begins in this section. */
static int arena_search_reach(const struct skyline *s, int from) {
    int reach = from + 1;
    for (int t = from; t < reach; t++)
        for (int k = s->first_cover[t]; k < s->first_cover[t + 1]; k++) {
            const struct skyline_block *j = &s->block[s->cover[k]];
            if (!j->laid && j->end > reach) reach = j->end;
        }
    return reach;
}

static bool arena_search_parts(struct arena_searching *q, int from, int end) {
    for (int t = from; t < end;) {
        const int reach = arena_search_reach(q->s, t);
        assert(t < reach && reach <= end);
        if (q->s->section[t].left > 0 && !arena_search_part(q, t, reach)) return false;
        t = reach;
    }
    return true;
}

enum arena_search_end arena_search(struct skyline *s, int64_t *nodes, enum limits_stop *stop, int64_t capacity,
                                   const struct limits *limits) {
    struct arena_searching q = {.s = s, .limits = limits, .nodes = *nodes, .random = {ARENA_SEARCH_SEED}};
    double most = ARENA_SEARCH_FIRST;
    bool found = false;
    const int64_t nodes_left = limits->nodes - *nodes;
    q.keys = (uint64_t)(nodes_left < ARENA_SEARCH_KEYS ? nodes_left + 1 : ARENA_SEARCH_KEYS);
    q.dead = MEMORY_NEW(struct arena_search_key, q.keys);
    skyline_empty(s, capacity);
    for (int round = 0; round == 0 || (!found && q.ended && q.stop == LIMITS_RUNNING); round++) {
        if (round % ARENA_SEARCH_ORDERS == ARENA_SEARCH_ORDERS - 1) most *= ARENA_SEARCH_GROWTH;
        q.order = round % ARENA_SEARCH_ORDERS;
        q.most = q.nodes + (int64_t)most;
        q.ended = false;
        q.branches = 0;
        q.depth = 0;
        found = arena_search_parts(&q, 0, s->sections);
        if (!found) skyline_undo(s, 0); /* one part may have been solved, and another not */
    }
    free(q.dead);
    free(q.branch);
    *nodes = q.nodes;
    *stop = q.stop;
    assert(found || q.ended || s->need > capacity);
    return found ? ARENA_SEARCH_FITS : q.ended ? ARENA_SEARCH_STOPPED : ARENA_SEARCH_NEVER;
}
