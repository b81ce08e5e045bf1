/* What commands refuse, word for word: a file, flag or folder that cannot be used is one line that says where, what and what
 * would do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/support/invented_profile.h"

static struct harness_output o;
static char folder[HARNESS_FOLDER];

/* The text with the folder for each @. */
static const char *placed(const char *text) {
    static char result[2][4096];
    static int next;
    next = !next;
    ck_assert_uint_lt(harness_fill(result[next], sizeof result[0], text, '@', folder), sizeof result[0]);
    return result[next];
}

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    profile_free(invented_profile(placed("@/p.tsv"), "tests/data/tiny.net", 11));
    harness_shell(&o, placed("cp tests/data/tiny.net @"));
    harness_taso(&o, placed("select --network @/tiny.net --profile @/p.tsv --method dynamic -o @/plan"));
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static void leave(void) {
    harness_remove_folder(folder);
}

static const struct {
    const char *before, *command, *says; /* a line of the shell, a command, the text after `taso: ` or `milp: ` */
} refused[] = {
    {"printf 'x input - c=1 h=8 w=8\\n. conv x m=2 k=3 p=1\\n' >@/dots.net",
     "taso weights --network @/dots.net -o @/w --from @",
     "layer `.`: a name of dots only cannot be a file name (expected another)"},
    {"printf 'x input - c=1 h=8 w=8\\n%0256d conv x m=2 k=3 p=1\\n' 7 >@/long.net",
     "taso weights --network @/long.net --from @ -o @/w.bin",
     "layer `000000000000000000000000000000000000000000000000000000000000...`: the name of its array has 260 bytes (expected at most 255)"},
    {": >@/w.bin", "taso run @/plan --weights @/w.bin --quiet",
     "@/w.bin: wrong length (expected 17128 bytes, the weights of tiny, got 0)"},
    {"head -c 4000 /dev/zero >@/w.bin", "taso run @/plan --weights @/w.bin --quiet",
     "@/w.bin: wrong length (expected 17128 bytes, the weights of tiny, got 4000)"},
    {"${TASO_BIN:-bin}/taso weights --network @/tiny.net -o @/w.bin; printf '\\377\\377\\377\\377' | dd of=@/w.bin bs=4 seek=200 conv=notrunc 2>/dev/null",
     "taso run @/plan --weights @/w.bin --quiet",
     "@/w.bin: weight 200 of layer `conv1` is not finite (expected finite values)"},
    {"", "taso emit @/plan -o @/p.tsv", "@/p.tsv: is not a directory (expected a folder to write into)"},
    {"", "taso emit @/plan -o @/none/deep", "@/none/deep: cannot be made: No such file or directory"},
    {"", "taso emit @/plan -o -", "--output: cannot write several files to standard output (expected a folder)"},
    {"", "taso emit @/plan -o @/out --prefix 7x",
     "--prefix: `7x` cannot begin names of C (expected a letter, then letters, digits and `_`, at most 32 in all)"},
    {"", "taso emit @/plan -o @/out --prefix \"\"", "--prefix is empty (expected NAME)"},
    {"", "taso emit @/plan -o @/out --prefix a-b",
     "--prefix: `a-b` cannot begin names of C (expected a letter, then letters, digits and `_`, at most 32 in all)"},
    {"", "taso emit @/plan -o @/out --prefix kernels",
     "--prefix: the kernels have a name `KERNELS_ACTIVATION_H` (expected another prefix than `kernels`)"},
    {"", "taso emit @/plan -o @/out --prefix main",
     "--prefix: `main` names a file that the program needs (expected another name)"},
    {"", "taso select --network @/tiny.net --profile @/p.tsv", "--method METHOD is missing; see taso select --help"},
    {"", "taso select --network @/tiny.net --profile @/p.tsv --method pbqp --conversions per-tensor",
     "pbqp: a PBQP converts once per edge (expected per-edge); taso, dynamic and exhaustive can convert per tensor"},
    {"", "taso analyze @/tiny.net --element-bytes 3", "--element-bytes: 3 (expected 1, 2 or 4)"},
    {"", "taso import @/p.tsv -o @/x.net",
     "@/p.tsv: not a model by its name (expected one that ends in .prototxt, .onnx, .tflite)"},
    {"printf 'name: \"x\"\\n' >@/x.prototxt", "taso import @/x.prototxt -o @/x.net --weights @/w",
     "--weights: the weights of a .prototxt are in a file of their own (expected --caffemodel too)"},
    {"", "taso primitives --scenario 3,9,9,8,4,1,1,2",
     "--scenario: '3,9,9,8,4,1,1,2': groups must divide input and output channels"},
    {"", "taso primitives --scenario 3,9,9,8,4,1",
     "--scenario: '3,9,9,8,4,1': expected C,H,W,M,K,S,P[,G[,D]] with K = KH or KHxKW, S and D likewise, and P a number, T:L:B:R or `same`"},
    {"", "taso profile --network @/tiny.net -o @/plan",
     "@/plan: exists and is kept (expected a new name, --resume to add to it, or --force to replace it)"},
    {"", "taso profile --network @/dots.net --resume -o @/plan",
     "@/plan: is a file of another kind and is kept (expected a new name, or a taso-profile file)"},
    {"sed '1a # isa: mmx' @/p.tsv >@/isa.tsv", "taso select --network @/tiny.net --profile @/isa.tsv --method dynamic",
     "@/isa.tsv: isa: unknown instruction set 'mmx' (expected one of those of `taso profile --isa`)"},
    {"sed '1a # threads: 300' @/p.tsv >@/threads.tsv",
     "taso select --network @/tiny.net --profile @/threads.tsv --method dynamic",
     "@/threads.tsv: threads: '300' (expected a number from 1 to 256)"},
    {"sed '/^0\\t/q' @/plan >@/short.plan", "taso run @/short.plan --quiet",
     "@/short.plan:17: cut off after 1 rows (expected the last line, `# rows: N`)"},
    {"printf 'a b c\\n' >@/plan.txt", "taso run @/plan.txt --quiet",
     "@/plan.txt:1: `a b c` is not a provenance line (expected `# key: value`)"},
    {"printf '# made_by: x\\n' >@/plan.txt", "taso run @/plan.txt --quiet",
     "@/plan.txt:1: not a plan of this version (expected `# format: taso-plan 2` in the first line, got `# made_by`)"},
    {"printf '# made_by x\\n' >@/plan.txt", "taso run @/plan.txt --quiet",
     "@/plan.txt:1: `# made_by x` is not a provenance line (expected `# key: value`)"},
    {"sed '/^0\\t/s/\\t[^\\t]*$//' @/plan >@/few.plan", "taso run @/few.plan --quiet",
     "@/few.plan:17: too few columns (expected 10, got 9)"},
    {"sed '/^0\\t/s/$/\\t9/' @/plan >@/many.plan", "taso run @/many.plan --quiet",
     "@/many.plan:17: too many columns (expected 10)"},
    {"sed 's/^1\\t/2\\t/' @/plan >@/order.plan", "taso run @/order.plan --quiet",
     "@/order.plan:18: column 1, step: `2` is wrong (expected the number of the row, from 0)"},
    {"sed 's/^0\\t[a-z]*/0\\tcnv/' @/plan >@/kind.plan", "taso run @/kind.plan --quiet",
     "@/kind.plan:17: column 2, kind: `cnv` is wrong (expected conv, convert, layer, move or strip)"},
    {"sed 's/^\\(0\\t[^\\t]*\\t[^\\t]*\\t[^\\t]*\\t\\)[a-z]*/\\1wch/' @/plan >@/layout.plan",
     "taso run @/layout.plan --quiet", "@/layout.plan:17: column 5, from: `wch` is wrong (expected chw, hwc or hcw)"},
    {"printf 'P6 4 4 255\\nxxxx' >@/a.ppm", "taso run @/plan --input @/a.ppm",
     "@/a.ppm: wrong PPM (expected 3 channels of 12 x 12, width x height, up to 255, got 4 x 4, up to 255)"},
    {"printf 'P6 12 12 255\\nxxxx' >@/a.ppm", "taso run @/plan --input @/a.ppm",
     "@/a.ppm: the file ends early (expected 144 pixels)"},
    {"printf 'hello' >@/a.npy", "taso run @/plan --input @/a.npy",
     "@/a.npy: fewer than 1728 bytes (expected a P6 PPM, or C x H x W = 3 x 12 x 12 float32)"},
    {"", "taso sweep --network @/tiny.net --profile @/p.tsv -o @/p.tsv",
     "--output and --profile name the same file, @/p.tsv (expected two)"},
    {"", "taso frontier --network @/tiny.net --profile @/p.tsv -o @/p.tsv",
     "--output and --profile name the same file, @/p.tsv (expected two)"},
    {"", "taso select --network @/tiny.net --profile @/p.tsv --method dynamic -o @/p.tsv",
     "--output and --profile name the same file, @/p.tsv (expected two)"},
    {"", "taso profile-merge @/p.tsv @/p.tsv -o @/m.tsv",
     "@/p.tsv: is not a shard (expected a profile measured with --shard)"},
    {"", "taso profile-merge @/p.tsv -o @/p.tsv", "--output: @/p.tsv is read (expected another file)"},
    {"", "taso select --network @/tiny.net --profile \"\" --method dynamic", "--profile is empty (expected PROFILE)"},
    {"", "taso select --network @/tiny.net --profile @ --method dynamic", "@: is a directory (expected a file)"},
    {"", "taso select --network @/tiny.net --profile @/none --method dynamic", "@/none: No such file or directory"},
    {"", "taso select --network @/tiny.net --profile @/p.tsv --method dynamic -o @/none/x",
     "@/none/x: cannot be written: folder '@/none': No such file or directory"},
    {"", "taso select --network @/tiny.net --profile @/p.tsv --method dynamic -o @/p.tsv/x",
     "@/p.tsv/x: cannot be written: '@/p.tsv' is not a folder"},
    {"", "taso select --network @/tiny.net --profile @/p.tsv --method dynamic -o @/x/",
     "@/x/: is not a file name: it ends in '/'"},
    {"", "taso run @/plan --check --reference @/p.tsv --quiet", "--reference: @/p.tsv is read (expected another file)"},
    {"printf 'other\\n' >@/ref.bin", "taso run @/plan --check --reference @/ref.bin --quiet",
     "@/ref.bin:1: another reference (expected tiny with weights seeded, input noise, seed 1)"},
    {"", "taso profile --network @/tiny.net --shard 3/2 -o @/s.tsv",
     "--shard: '3/2' is not a shard (expected I/N, 1 <= I <= N <= 10000)"},
    {"", "taso devices esp99", "unknown device `esp99` (expected one of `taso devices`)"},
    {"", "milp @/p.tsv", "@/p.tsv:1: not an MPS file (expected NAME or ROWS, got '#')"},
    {"", "milp @/none.mps", "@/none.mps: No such file or directory"},
    {"", "milp @", "@: is a directory (expected a file)"},
    {"", "milp @/p.tsv --basis-out @/p.tsv", "--basis-out: @/p.tsv is read (expected another file)"},
};

START_TEST(what_cannot_be_used_is_said_word_for_word) {
    char line[4096];
    if (refused[_i].before[0]) {
        harness_shell(&o, placed(refused[_i].before));
        ck_assert_msg(o.status == 0, "%s: %s", refused[_i].before, o.err);
    }
    snprintf(line, sizeof line, "%s", placed(refused[_i].command));
    char *arguments = strchr(line, ' ');
    *arguments = '\0';
    harness_command(&o, line, arguments + 1);
    ck_assert_msg(o.status == 2, "%s: status %d", refused[_i].command, o.status);
    snprintf(line + strlen(line), sizeof line - strlen(line), ": %s\n", placed(refused[_i].says));
    ck_assert_str_eq(o.err, line);
    ck_assert_str_eq(o.out, "");
}
END_TEST

START_TEST(an_arena_that_is_too_small_is_refused_with_both_sizes) {
    char says[256];
    harness_taso(&o, placed("run @/plan --repeat 1 --quiet"));
    const long long bytes = atoll(harness_after(o.out, "\narena-bytes: "));
    ck_assert_int_gt(bytes, 100);
    ck_assert_int_eq(harness_taso(&o, placed("run @/plan --arena 100")), 2);
    snprintf(says, sizeof says, "taso: %s: needs an arena of %lld bytes (--arena allows 100)\n", placed("@/plan"),
             bytes);
    ck_assert_str_eq(o.err, says);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("refusals");
    TCase *t = tcase_create("refusals");
    tcase_add_unchecked_fixture(t, enter, leave);
    tcase_add_loop_test(t, what_cannot_be_used_is_said_word_for_word, 0, (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(t, an_arena_that_is_too_small_is_refused_with_both_sizes);
    suite_add_tcase(suite, t);
    return harness_run(suite);
}
