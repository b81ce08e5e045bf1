/* Open nodes leave the heap as a sorted array would give them out; references keep exactly the nodes still needed;
 * bases survive packing. */
#include "tests/support/harness.h"

#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/lp/lp.h"
#include "solver/search/nodes.h"

/* --- the oracle: an array that is searched --- */

struct plain {
    struct node *item[400];
    int count;
};

static bool plain_earlier(const struct node *a, const struct node *b) {
    if (a->bound < b->bound) return true;
    if (b->bound < a->bound) return false;
    if (a->depth > b->depth) return true;
    if (b->depth > a->depth) return false;
    return a->id > b->id;
}

static struct node *plain_take(struct plain *p) {
    int best = 0;
    for (int k = 1; k < p->count; k++)
        if (plain_earlier(p->item[k], p->item[best])) best = k;
    struct node *n = p->item[best];
    p->item[best] = p->item[--p->count];
    return n;
}

static struct node *node_of(struct random *r, int64_t id) {
    struct node *n = node_new(NULL, random_int(r, 0, 4) / 2.0, 0);
    n->depth = random_int(r, 0, 3);
    n->id = id;
    return n;
}

START_TEST(nodes_leave_by_bound_then_depth_then_age) {
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed};
        struct node_heap heap = {NULL, 0, 0};
        struct plain all = {.count = 0};
        for (int step = 0; step < 600; step++) {
            bool push = all.count == 0 || (all.count < 400 && random_int(&r, 0, 99) < (step < 300 ? 65 : 35));
            if (push) {
                struct node *n = node_of(&r, step);
                node_push(&heap, n);
                all.item[all.count++] = n;
            } else {
                struct node *n = node_pop(&heap);
                ck_assert_ptr_eq(n, plain_take(&all));
                node_release(n);
            }
            ck_assert_uint_eq(heap.count, (size_t)all.count);
        }
        while (all.count > 0) {
            struct node *n = node_pop(&heap);
            ck_assert_ptr_eq(n, plain_take(&all));
            node_release(n);
        }
        ck_assert_ptr_null(node_pop(&heap));
        free(heap.item);
    }
}
END_TEST

START_TEST(a_child_is_one_deeper_and_holds_its_parent) {
    struct node *root = node_new(NULL, -3, 0), *child = node_new(root, -2, 2);
    ck_assert_int_eq(root->depth, 0);
    ck_assert_int_eq(child->depth, 1);
    ck_assert_ptr_eq(child->parent, root);
    ck_assert_int_eq(child->changes, 2);
    ck_assert_int_eq(child->branch_col, -1);
    ck_assert(child->bound == -2 && child->relaxed == -2);
    ck_assert_int_eq(root->refs, 2);
    node_release(root);
    ck_assert_int_eq(root->refs, 1); /* the child still needs it */
    struct node *grandchild = node_new(child, 0, 0);
    node_release(child);
    ck_assert_int_eq(child->refs, 1);
    ck_assert_int_eq(grandchild->depth, 2);
    node_release(grandchild); /* all three are freed, which the leak checker of `make sanitize` verifies */
    node_release(NULL);
}
END_TEST

START_TEST(two_children_share_a_parent_until_both_are_gone) {
    struct node *root = node_new(NULL, 0, 0), *left = node_new(root, 0, 1), *right = node_new(root, 0, 1);
    node_release(root);
    ck_assert_int_eq(root->refs, 2);
    node_release(left);
    ck_assert_int_eq(root->refs, 1);
    node_release(right);
}
END_TEST

START_TEST(packed_bases_come_back_and_rows_added_since_are_basic) {
    struct random r = {7};
    for (int variables = 0; variables <= 70; variables++) {
        unsigned char place[70], back[80];
        for (int k = 0; k < variables; k++) place[k] = (unsigned char)random_int(&r, PLACE_BASIC, PLACE_ZERO);
        for (int k = 0; k < 80; k++) back[k] = 99;
        struct node_basis *b = node_pack(place, variables);
        int now = variables + random_int(&r, 0, 9);
        node_unpack(back, b, now);
        for (int k = 0; k < variables; k++) ck_assert_int_eq(back[k], place[k]);
        for (int k = variables; k < now; k++) ck_assert_int_eq(back[k], PLACE_BASIC);
        for (int k = now; k < 80; k++) ck_assert_int_eq(back[k], 99);
        node_basis_release(b);
    }
    node_basis_release(NULL);
}
END_TEST

START_TEST(a_basis_lives_as_long_as_one_of_its_nodes) {
    unsigned char place[5] = {PLACE_UPPER, PLACE_BASIC, PLACE_LOWER, PLACE_ZERO, PLACE_UPPER}, back[5];
    struct node *a = node_new(NULL, 0, 0), *b = node_new(NULL, 0, 0);
    a->basis = b->basis = node_pack(place, 5);
    a->basis->refs++;
    node_release(a);
    ck_assert_int_eq(b->basis->refs, 1);
    node_unpack(back, b->basis, 5);
    for (int k = 0; k < 5; k++) ck_assert_int_eq(back[k], place[k]);
    node_release(b);
}
END_TEST

START_TEST(a_list_keeps_the_order_in_which_nodes_were_appended) {
    struct node_list list = {NULL, 0, 0};
    for (int k = 0; k < 100; k++) {
        struct node *n = node_new(NULL, -k, 0);
        node_append(&list, n);
    }
    ck_assert_uint_eq(list.count, 100);
    for (int k = 0; k < 100; k++) {
        ck_assert(list.item[k]->bound == -k);
        node_release(list.item[k]);
    }
    free(list.item);
}
END_TEST

int main(void) {
    Suite *s = suite_create("nodes");
    TCase *t = tcase_create("nodes");
    tcase_add_test(t, nodes_leave_by_bound_then_depth_then_age);
    tcase_add_test(t, a_child_is_one_deeper_and_holds_its_parent);
    tcase_add_test(t, two_children_share_a_parent_until_both_are_gone);
    tcase_add_test(t, packed_bases_come_back_and_rows_added_since_are_basic);
    tcase_add_test(t, a_basis_lives_as_long_as_one_of_its_nodes);
    tcase_add_test(t, a_list_keeps_the_order_in_which_nodes_were_appended);
    suite_add_tcase(s, t);
    return harness_run(s);
}
