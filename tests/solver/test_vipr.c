/* The checker of VIPR files: proofs that hold, and the same proofs with one thing changed, each refused where it is
 * wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/exact/vipr.h"
#include "solver/io/lpfile.h"
#include "tests/support/harness.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE})

struct said {
    bool read; /* else malformed: text is the error */
    struct vipr_verdict v;
    char text[1024];
};

static struct said check_with(const char *model, const char *proof, const struct limits *limits) {
    char lp[512], file[512];
    struct error err = {""};
    struct said s = {.text = ""};
    snprintf(lp, sizeof lp, "%s", harness_scratch("model.lp", model));
    snprintf(file, sizeof file, "%s", harness_scratch("proof.vipr", proof));
    struct model *m = lpfile_read(lp, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    s.read = vipr_check(&s.v, file, m, limits, &err);
    snprintf(s.text, sizeof s.text, "%s", s.read ? s.v.why.text : err.text);
    ck_assert(s.read || !s.v.proven);
    ck_assert_msg(s.v.proven == (s.text[0] == '\0'), "%s", s.text);
    ck_assert(s.v.proven || strncmp(s.text, file, strlen(file)) == 0);
    model_free(m);
    harness_forget(lp);
    harness_forget(file);
    return s;
}

static struct said check(const char *model, const char *proof) {
    return check_with(model, proof, NEVER);
}

/* `text` with its only `from` replaced. */
static const char *changed(const char *text, const char *from, const char *to) {
    static char copy[8192];
    const char *at = strstr(text, from);
    ck_assert_msg(at && !strstr(at + 1, from), "'%s' is there %s", from, at ? "twice" : "never");
    snprintf(copy, sizeof copy, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return copy;
}

/* --- a proof by branching, and what may be done to it --- */

static const char model[] = "Minimize\n obj: x + y + 0.5 z\nSubject To\n c1: 2 x + 2 y >= 1\n c2: x - z <= 3\n"
                            " c3: 1 <= x + y + z <= 10\nBounds\n x <= 4\n y <= 4\n z <= 9\nGeneral\n x y\nEnd\n";
static const char proof[] =
    "% by hand\nVER 1.1\nVAR 3\nx y z\nINT 2\n0 1\nOBJ min\n3 0 1 1 1 2 1/2\nCON 10 6\n"
    "b0 G 0 1 0 1\nb1 L 4 1 0 1\nb2 G 0 1 1 1\nb3 L 4 1 1 1\nb4 G 0 1 2 1\nb5 L 9 1 2 1\n"
    "r6 G 1 2 0 2 1 2\nr7 L 3 2 0 1 2 -1\nr8 G 1 3 0 1 1 1 2 1\nr9 L 10 3 0 1 1 1 2 1\n"
    "RTP range 1 1\nSOL 1\nbest 1 0 1\nDER 6\n"
    "a10 L 0 1 0 1 { asm } 15\nd11 G 1 1 1 1 { rnd 2 6 1/2 10 -1 } 12\nd12 G 1 OBJ { lin 3 11 1 0 1 4 1/2 } 15\n"
    "a13 G 1 1 0 1 { asm } 15\nd14 G 1 OBJ { lin 3 13 1 2 1 4 1/2 } 15\nd15 G 1 OBJ { uns 12 10 14 13 } -1\n";

static const struct {
    const char *from, *to;
} harmless[] = {
    {"VER 1.1", "VER 1.0"},
    {"% by hand\n", "% one\n\n%two VER 7\n"},
    {"3 0 1 1 1 2 1/2", "3\n2\n0.5 0\t1 1 1e0"},
    {"3 0 1 1 1 2 1/2", "3 0 1 1 2/2 2 5e-1"},
    {"b1 L 4 1 0 1\nb2 G 0 1 1 1\nb3 L 4 1 1 1", "b3 L 4 1 1 1\nb2 G 0 1 1 1\nb1 L 4 1 0 1"},
    {"r7 L 3 2 0 1 2 -1\nr8 G 1 3 0 1 1 1 2 1", "r8 G 1 3 2 1 0 1 1 1\nr7 L 3 2 2 -1 0 1"},
    {"RTP range 1 1", "RTP range -inf 1"},
    {"RTP range 1 1", "RTP range 1/3 inf"},
    {"RTP range 1 1", "RTP range 0.5 2"},
    {"SOL 1\nbest 1 0 1", "SOL 2\nworse 2 0 4 2 1.5\nbest 1 1 1"},
    {"a10 L 0 1 0 1 { asm } 15", "a10 L 0 1 0 1 { asm } -1"},
    {"d12 G 1 OBJ", "d12 G 1 3 0 1 1 1 2 1/2"},
    {"{ uns 12 10 14 13 }", "{ uns 14 13 12 10 }"},
    {"13 } -1", "13 } 0"},
};
enum { HARMLESS = sizeof harmless / sizeof harmless[0] };

START_TEST(what_follows_is_proven) {
    struct said s = check(model, proof);
    ck_assert_msg(s.v.proven, "%s", s.text);
    ck_assert(s.v.claim == VIPR_OPTIMAL && s.v.lower == 1 && s.v.upper == 1 && s.v.derivations == 6);
    for (int k = 0; k < HARMLESS; k++) {
        const char *text = changed(proof, harmless[k].from, harmless[k].to);
        s = check(model, text);
        ck_assert_msg(s.v.proven, "%s: %s", harmless[k].to, s.text);
    }
}
END_TEST

enum { MALFORMED, REFUTED };
static const struct {
    const char *from, *to;
    int how;
    const char *part;
} tampered[] = {
    /* the program is not the model's */
    {"VER 1.1", "VER 2.0", MALFORMED, "version 2.0"},
    {"VER 1.1", "VAR 1.1", MALFORMED, "expected VER"},
    {"VAR 3", "VAR 4", MALFORMED, "4 columns (expected 3"},
    {"x y z", "x w z", MALFORMED, "column 1 is 'w' (expected 'y'"},
    {"INT 2\n0 1", "INT 1\n0", MALFORMED, "1 integers (expected 2"},
    {"INT 2\n0 1", "INT 2\n0 2", MALFORMED, "column 2 is not integer"},
    {"INT 2\n0 1", "INT 2\n1 1", MALFORMED, "column 1 is there twice"},
    {"INT 2\n0 1", "INT 2\n0 3", MALFORMED, "integer column '3'"},
    {"OBJ min", "OBJ max", MALFORMED, "expected min"},
    {"3 0 1 1 1 2 1/2", "3 0 1 1 1 2 1/3", MALFORMED, "the cost of column 2"},
    {"3 0 1 1 1 2 1/2", "2 0 1 1 1", MALFORMED, "the cost of column 2"},
    {"3 0 1 1 1 2 1/2", "3 0 1 1 1 2 1/0", MALFORMED, "value '1/0'"},
    {"3 0 1 1 1 2 1/2", "3 0 1 1 1 1 1/2", MALFORMED, "column 1 is there twice"},
    {"3 0 1 1 1 2 1/2", "3 0 1 1 1 2 0x1", MALFORMED, "value '0x1'"},
    {"3 0 1 1 1 2 1/2", "3 0 1 1 1 2 1e99999", MALFORMED, "value '1e99999'"},
    {"CON 10 6", "CON 9 6", MALFORMED, "9 rows"},
    {"CON 10 6", "CON 10 5", MALFORMED, "5 of them bounds"},
    {"b1 L 4", "b1 L 3", MALFORMED, "bound b1 is not the model's"},
    {"b1 L 4", "b1 G 4", MALFORMED, "bound b1 is not the model's"},
    {"b1 L 4", "b1 < 4", MALFORMED, "sense '<'"},
    {"r6 G 1 2 0 2 1 2", "r6 G 1 2 0 2 1 3", MALFORMED, "row r6 is not the model's"},
    {"r6 G 1 2 0 2 1 2", "r6 G 2 2 0 2 1 2", MALFORMED, "row r6 is not the model's"},
    {"r6 G 1 2 0 2 1 2", "r6 G 1/2 2 0 1 1 1", MALFORMED, "row r6 is not the model's"},
    {"r6 G 1 2 0 2 1 2", "r6 E 1 2 0 2 1 2", MALFORMED, "row r6 is not the model's"},
    {"r6 G 1 2 0 2 1 2", "r6 G 1 1 0 2", MALFORMED, "row r6 is not the model's"},
    {"r8 G 1 3 0 1 1 1 2 1", "r8 L 10 3 0 1 1 1 2 1", MALFORMED, "row r9 is not the model's, or is there twice"},
    /* claim and points */
    {"RTP range 1 1", "RTP range 2 2", REFUTED, "the best point is worth 1, outside"},
    {"RTP range 1 1", "RTP range 0 0", REFUTED, "the best point is worth 1, outside"},
    {"RTP range 1 1", "RTP range 2 inf", REFUTED, "the best point is worth 1, outside"},
    {"RTP range 1 1", "RTP range 1 0", MALFORMED, "the lower limit is above"},
    {"RTP range 1 1", "RTP infeas", MALFORMED, "1 points of a program said to be infeasible"},
    {"RTP range 1 1", "RTP optimal 1", MALFORMED, "expected infeas or range"},
    {"best 1 0 1", "best 1 0 1/2", REFUTED, "column 0 is integer"},
    {"best 1 0 1", "best 1 0 5", REFUTED, "point best violates row 1"},
    {"best 1 0 1", "best 2 0 4 2 1/2", REFUTED, "point best violates row 7"},
    {"best 1 0 1", "best 1 3 1", MALFORMED, "column '3'"},
    {"best 1 0 1", "best 2 0 1 0 1", MALFORMED, "column 0 is there twice"},
    {"SOL 1\nbest 1 0 1", "SOL 0", REFUTED, "no point is given"},
    /* derivations: their number and form */
    {"DER 6", "DER 7", MALFORMED, "the file ends"},
    {"DER 6", "DER 5", MALFORMED, "last use '15'"},
    {"DER 6", "DER -1", MALFORMED, "number of derivations '-1'"},
    {"13 } -1\n", "13 } -1\nd16 G 1 OBJ { lin 1 15 1 } -1\n", MALFORMED, "'d16' after the last derivation"},
    {"{ asm } 15\nd11", "{ assume } 15\nd11", MALFORMED, "reason 'assume'"},
    {"{ asm } 15\nd11", "{ asm 15\nd11", MALFORMED, "expected }"},
    {"{ asm } 15\nd11", "asm } 15\nd11", MALFORMED, "expected {"},
    {"10 -1 } 12", "10 -1 } 16", MALFORMED, "last use '16'"},
    {"10 -1 } 12", "10 -1 } -2", MALFORMED, "last use '-2'"},
    /* sums */
    {"6 1/2 10 -1", "6 1/2 10 1", REFUTED, "the multiplier of row 10 has the wrong sign"},
    {"6 1/2 10 -1", "6 1/2 11 -1", MALFORMED, "row '11'"},
    {"6 1/2 10 -1", "6 1/2 -1 -1", MALFORMED, "row '-1'"},
    {"6 1/2 10 -1", "6 1/3 10 -2/3", REFUTED, "cannot be rounded"},
    {"6 1/2 10 -1", "6 1/2 1 -1", REFUTED, "row d11 does not follow"},
    {"rnd 2 6 1/2 10 -1", "lin 2 6 1/2 10 -1", REFUTED, "row d11 does not follow"},
    {"d11 G 1", "d11 G 2", REFUTED, "row d11 does not follow"},
    {"d11 G 1", "d11 E 1", REFUTED, "row d11 does not follow"},
    {"11 1 0 1 4 1/2", "11 1 0 1 0 1/2", MALFORMED, "row 0 is there twice"},
    {"11 1 0 1 4 1/2", "11 1 0 1 4 1/3", REFUTED, "row d12 does not follow"},
    {"lin 3 11 1 0 1 4 1/2", "lin 2 11 1 0 1", REFUTED, "row d12 does not follow"},
    {"lin 3 11 1 0 1 4 1/2", "rnd 3 11 1 0 1 4 1/2", REFUTED, "row d12: the sum cannot be rounded"},
    {"lin 3 11 1 0 1 4 1/2", "lin weak { 0 } 3 11 1 0 1 4 1/2", MALFORMED, "number of rows 'weak'"},
    {"lin 3 11 1 0 1 4 1/2", "sol", REFUTED, "row d12 does not follow from a point"},
    /* assumptions */
    {"a10 L 0 1 0 1", "a10 L -1 1 0 1", REFUTED, "the assumptions leave points out"},
    {"a10 L 0 1 0 1", "a10 E 0 1 0 1", REFUTED, "the assumptions are not opposite"},
    {"a13 G 1 1 0 1", "a13 G 1 1 1 1", REFUTED, "row d14 does not follow"},
    {"{ uns 12 10 14 13 }", "{ uns 12 13 14 10 }", REFUTED, "the last row assumes row 10"},
    {"{ uns 12 10 14 13 }", "{ uns 12 10 14 10 }", REFUTED, "assumption 10 is discharged twice"},
    {"{ uns 12 10 14 13 }", "{ uns 12 6 14 13 }", REFUTED, "row 6 is no assumption"},
    {"{ uns 12 10 14 13 }", "{ uns 12 10 12 13 }", REFUTED, "the last row assumes row 10"},
    {"{ uns 12 10 14 13 }", "{ uns 6 10 14 13 }", REFUTED, "row d15 does not follow from row 6"},
    {"{ uns 12 10 14 13 }", "{ uns 12 10 15 13 }", MALFORMED, "row '15'"},
    {"{ uns 12 10 14 13 }", "{ lin 1 14 1 }", REFUTED, "the last row assumes row 13"},
    {"d15 G 1 OBJ", "d15 G 1/2 OBJ", REFUTED, "the last row is not what was to be proven"},
    {"d15 G 1 OBJ", "d15 L 1 OBJ", REFUTED, "row d15 does not follow"},
    /* rows used after what they call their last use */
    {"a10 L 0 1 0 1 { asm } 15", "a10 L 0 1 0 1 { asm } 11", REFUTED, "row 10 is used after"},
    {"a10 L 0 1 0 1 { asm } 15", "a10 L 0 1 0 1 { asm } 0", REFUTED, "row 10 is used after"},
    {"4 1/2 } 15\na13", "4 1/2 } 13\na13", REFUTED, "row 12 is used after"},
};
enum { TAMPERED = sizeof tampered / sizeof tampered[0] };

START_TEST(one_change_is_enough_to_be_refused) {
    for (int k = 0; k < TAMPERED; k++) {
        struct said s = check(model, changed(proof, tampered[k].from, tampered[k].to));
        ck_assert_msg(!s.v.proven, "%s -> %s: proven", tampered[k].from, tampered[k].to);
        ck_assert_msg(s.read == (tampered[k].how == REFUTED) && strstr(s.text, tampered[k].part), "%s -> %s: %s, %s",
                      tampered[k].from, tampered[k].to, s.read ? "read" : "malformed", s.text);
    }
}
END_TEST

/* --- false proofs of false claims that the published checker of 2025 accepts --- */

static const char one[] =
    "Minimize\n obj: x\nSubject To\n d1: x >= 1\n d2: x <= 1\nBounds\n x <= 2\nGeneral\n x\nEnd\n";
static const char half[] = "Minimize\n obj: y\nSubject To\n d1: y >= 0.5\nBounds\n y <= 2\nEnd\n";
#define ONE  "VER 1.1 VAR 1 x INT 1 0 OBJ min 1 0 1 CON 4 2 lo G 0 1 0 1 hi L 2 1 0 1 d1 G 1 1 0 1 d2 L 1 1 0 1\n"
#define HALF "VER 1.1 VAR 1 y INT 0 OBJ min 1 0 1 CON 3 2 lo G 0 1 0 1 hi L 2 1 0 1 d1 G 1/2 1 0 1\n"

static const struct {
    const char *model, *proof, *part;
} false_proofs[] = {
    {one,
     ONE "RTP infeas SOL 0 DER 5 a1 L 1/2 1 0 1 { asm } -1 a2 G 3/2 1 0 1 { asm } -1\n"
         "f1 G 1/2 0 { lin 2 2 1 4 -1 } -1 f2 G 1/2 0 { lin 2 3 -1 5 1 } -1 f3 G 1/2 0 { uns 6 4 7 5 } -1\n",
     "leave points out"},
    {half, HALF "RTP range 1 1 SOL 1 opt 1 0 1 DER 1 r G 1 OBJ { rnd 1 2 1 } -1\n", "cannot be rounded"},
    {one,
     ONE "RTP range 2 2 SOL 1 p 1 0 1\nDER 3 s L 0 OBJ { sol } -1 f G 1 0 { lin 2 2 1 4 -1 } -1\n"
         "r G 2 OBJ { lin 1 5 1 } -1\n",
     "the best point is worth 1"},
    {half, HALF "RTP range 0 0 SOL 1 p 1 0 0 DER 1 r G 0 OBJ { lin 1 0 1 } -1\n", "violates row 2"},
    {half, HALF "RTP range 0 0 SOL 0 DER 1 r G 0 OBJ { lin 1 0 1 } -1\n", "no point is given"},
    {one, ONE "RTP infeas SOL 0 DER 0\n", "nothing is derived"},
};
enum { FALSE_PROOFS = sizeof false_proofs / sizeof false_proofs[0] };

START_TEST(false_claims_are_not_proven) {
    for (int k = 0; k < FALSE_PROOFS; k++) {
        struct said s = check(false_proofs[k].model, false_proofs[k].proof);
        ck_assert_msg(s.read && !s.v.proven && strstr(s.text, false_proofs[k].part), "%d: %s", k, s.text);
    }
}
END_TEST

/* --- further proofs that hold --- */

static const struct {
    const char *what, *model, *proof;
    enum vipr_claim claim;
} true_proofs[] = {
    {"a cutoff by the best point", one,
     ONE "RTP range 1 1 SOL 1 p 1 0 1 DER 3 s L 0 OBJ { sol } 5 f G 1 0 { lin 2 2 1 4 -1 } 6\n"
         "r G 1 OBJ { lin 1 5 1 } -1\n",
     VIPR_OPTIMAL},
    {"a maximum", "Maximize\n obj: 2 x + 7\nSubject To\n c: 2 x <= 3\nGeneral\n x\nEnd\n",
     "VER 1.1 VAR 1 x INT 1 0 OBJ max 1 0 2 CON 2 1 lo G 0 1 0 1 c L 3 1 0 2 RTP range 2 2 SOL 1 p 1 0 1 DER 2\n"
     "d2 L 1 1 0 1 { rnd 1 1 1/2 } 3 d3 L 2 OBJ { lin 1 2 2 } -1\n",
     VIPR_OPTIMAL},
    {"no point at all", "Minimize\n obj: x\nSubject To\n c: 2 x = 1\nBounds\n x <= 5\nGeneral\n x\nEnd\n",
     "VER 1.1 VAR 1 x INT 1 0 OBJ min 1 0 1 CON 3 2 lo G 0 1 0 1 hi L 5 1 0 1 c E 1 1 0 2 RTP infeas SOL 0 DER 5\n"
     "a3 L 0 1 0 1 { asm } 7 d4 G 1/2 0 { lin 2 2 1/2 3 -1 } 7 a5 G 1 1 0 1 { asm } 7\n"
     "d6 L -1 0 { lin 2 2 1 5 -2 } 7 d7 G 1 0 { uns 4 3 6 5 } -1\n",
     VIPR_INFEASIBLE},
    {"a decimal is a fraction", "Minimize\n obj: y\nSubject To\n c: 0.1 y = 0.3\nEnd\n",
     "VER 1.1 VAR 1 y INT 0 OBJ min 1 0 1 CON 2 1 lo G 0 1 0 1 c E 0.3 1 0 1/10 RTP range 3 3 SOL 1 p 1 0 3 DER 1\n"
     "d2 G 3 OBJ { lin 1 1 10 } -1\n",
     VIPR_OPTIMAL},
    {"or the double next to it", "Minimize\n obj: y\nSubject To\n c: 0.1 y >= 0\nEnd\n",
     "VER 1.1 VAR 1 y INT 0 OBJ min 1 0 1 CON 2 1 lo G 0 1 0 1\n"
     "c G 0 1 0 3602879701896397/36028797018963968 RTP range 0 0 SOL 1 p 0 DER 1 d2 G 0 OBJ { lin 1 0 1 } -1\n",
     VIPR_OPTIMAL},
    {"no objective", "Minimize\n obj: 0 x\nSubject To\n c: x >= 1\nEnd\n",
     "VER 1.1 VAR 1 x INT 0 OBJ min 0 CON 2 1 lo G 0 1 0 1 c G 1 1 0 1 RTP range 0 0 SOL 1 p 1 0 1 DER 1\n"
     "d2 G 0 OBJ { lin 0 } -1\n",
     VIPR_OPTIMAL},
};
enum { TRUE_PROOFS = sizeof true_proofs / sizeof true_proofs[0] };

START_TEST(every_kind_of_claim_can_be_proven) {
    for (int k = 0; k < TRUE_PROOFS; k++) {
        struct said s = check(true_proofs[k].model, true_proofs[k].proof);
        ck_assert_msg(s.v.proven && s.v.claim == true_proofs[k].claim, "%s: %s", true_proofs[k].what, s.text);
    }
    struct said s = check(true_proofs[1].model, true_proofs[1].proof);
    ck_assert_msg(s.v.lower == 9 && s.v.upper == 9, "the constant: %g, %g", s.v.lower, s.v.upper);
}
END_TEST

START_TEST(numbers_are_read_in_one_way_only) {
    const char *mixed = changed(true_proofs[3].proof, "1/10", "3602879701896397/36028797018963968");
    struct said s = check(true_proofs[3].model, mixed);
    ck_assert_msg(!s.read && strstr(s.text, "row c is not the model's"), "%s", s.text);
}
END_TEST

/* A bound derived again and again, each time from the row before: only one of them is alive at a time. */
START_TEST(long_proofs_are_read_row_by_row) {
    enum { ROWS = 20000 };
    char *text = malloc(ROWS * 64 + 1000), *at = text;
    ck_assert_ptr_nonnull(text);
    at += sprintf(at, HALF "RTP range 1/2 1/2 SOL 1 opt 1 0 1/2 DER %d\n", ROWS);
    for (int k = 0; k < ROWS; k++)
        at += sprintf(at, "d G 1/2 OBJ { lin 1 %d 1 } %d\n", 2 + k, k + 1 < ROWS ? 4 + k : -1);
    struct said s = check(half, text);
    ck_assert_msg(s.v.proven && s.v.derivations == ROWS, "%s", s.text);
    s = check_with(half, text, &(const struct limits){.deadline = 0});
    ck_assert_msg(s.read && !s.v.proven && strstr(s.text, "stopped by the time limit"), "%s", s.text);
    free(text);
}
END_TEST

int main(void) {
    Suite *s = suite_create("vipr");
    TCase *t = tcase_create("vipr");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, what_follows_is_proven);
    tcase_add_test(t, one_change_is_enough_to_be_refused);
    tcase_add_test(t, false_claims_are_not_proven);
    tcase_add_test(t, every_kind_of_claim_can_be_proven);
    tcase_add_test(t, numbers_are_read_in_one_way_only);
    tcase_add_test(t, long_proofs_are_read_row_by_row);
    suite_add_tcase(s, t);
    return harness_run(s);
}
