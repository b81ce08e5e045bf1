/* --json of every command: one object, strictly JSON, with the keys and tables of the text form in their order and the
 * same values. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "tests/support/invented_profile.h"
#include "tests/support/json.h"

#define COMMAND(name) extern const struct command command_##name;
#include "experiments/commands/commands.def"
#undef COMMAND

static const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "experiments/commands/commands.def"
#undef COMMAND
};
#define COMMANDS ((int)(sizeof commands / sizeof commands[0]))

#define TINY "tests/data/tiny.net"

/* Every command at least once; %1$s is the scratch folder, with a profile and two plans. */
static const struct {
    const char *arguments;
    bool more; /* its JSON holds in full what its text shortens */
} rows[] = {
    {"networks"},
    {"networks --ops"},
    {"networks squeezenet1.1 --folded"},
    {"import %1$s/one.prototxt -o %1$s/imported.net"},
    {"analyze " TINY " --ram 64K", true},
    {"primitives"},
    {"primitives --scenario 64,56,56,64,3,1,1"},
    {"profile --network " TINY " -o %1$s/measured.tsv --quick --resume"},
    {"profile-merge %1$s/shard.tsv -o %1$s/merged.tsv"},
    {"profile-part %1$s/p.tsv --network " TINY " -o %1$s/part.tsv --force"},
    {"profile-import %1$s/table.csv -o %1$s/imported.tsv"},
    {"select --network " TINY " --profile %1$s/p.tsv --method taso --budget 64K"},
    {"select --network " TINY " --profile %1$s/p.tsv --device rp2040 --stream-input"},
    {"select --network " TINY " --profile %1$s/p.tsv --method labels --memory-model footprint --budget 1"},
    {"frontier --network " TINY " --profile %1$s/p.tsv"},
    {"frontier --network " TINY " --profile %1$s/p.tsv --ram none"},
    {"frontier --network " TINY " --profile %1$s/p.tsv -o %1$s/f.tsv"},
    {"sweep --network " TINY " --profile %1$s/p.tsv --methods taso,greedy-time,taso-layerwise --budgets 1,64K,none"},
    {"sweep --network " TINY " --profile %1$s/p.tsv --methods labels --ram 64K,none --flash none"},
    {"mix --network " TINY " --profile %1$s/p.tsv --budgets 1,64K,none"},
    {"export --network " TINY " --profile %1$s/p.tsv -o %1$s/x.mps"},
    {"verify %1$s/small.lp %1$s/small.vipr"},
    {"explain %1$s/whole.plan"},
    {"explain %1$s/rows.plan"},
    {"run %1$s/whole.plan --check --repeat 1"},
    {"run %1$s/rows.plan --repeat 1"},
    {"emit %1$s/whole.plan -o %1$s/c --no-weights"},
    {"report %1$s/p.tsv --network " TINY " --maps 1 -o %1$s/r.html"},
    {"weights --network " TINY " -o %1$s/w.f32"},
    {"arena %1$s/buffers.csv"},
    {"devices"},
    {"devices rp2040"},
};
#define ROWS ((int)(sizeof rows / sizeof rows[0]))

static struct harness_output text, json;
static char folder[256];

static void enter(void) {
    char path[320];
    snprintf(folder, sizeof folder, "%s", harness_folder());
    harness_put(folder, "buffers.csv", "id,lower,upper,size\na,0,3,4\nb,3,9,4\n");
    harness_put(folder, "table.csv",
                "c,k,im,f,s,direct-sum2d,im2row-copy-short-ab-ik,chw-to-hwc,hwc-to-chw\n3,8,12,3,1,900,100,1,1\n");
    harness_put(folder, "one.prototxt",
                "input: \"data\" input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8\n"
                "layer { name: \"c\" type: \"Convolution\" bottom: \"data\" top: \"c\"\n"
                " convolution_param { num_output: 2 kernel_size: 3 } }\n");
    harness_put(folder, "small.lp", "min\n x\nst\n r: x >= 1\nend\n");
    harness_put(folder, "small.vipr",
                "VER 1.1 VAR 1 x INT 0 OBJ min 1 0 1 CON 2 1 b G 0 1 0 1 r G 1 1 0 1\n"
                "RTP range 1 1 SOL 1 best 1 0 1 DER 1 d G 1 OBJ { lin 1 1 1 } -1\n");
    snprintf(path, sizeof path, "%s/p.tsv", folder);
    struct profile *p = invented_rows(path, TINY, true, 5);
    struct error err = {""};
    notes_set(&p->notes, "isa", "portable"); /* which `taso emit` assumes, too */
    ck_assert_msg(profile_write(p, path, &err), "%s", err.text);
    profile_free(p);
    ck_assert_int_eq(harness_taso(&text,
                                  "select --network " TINY " --profile %s --method taso --budget 64K -o %s/whole.plan",
                                  path, folder),
                     0);
    ck_assert_int_eq(harness_taso(&text,
                                  "select --network " TINY " --profile %s --ram 40K --streaming on -o %s/rows.plan",
                                  path, folder),
                     0);
    ck_assert_int_eq(harness_taso(&text,
                                  "sweep --network " TINY " --profile %s --methods sum2d --budgets none --shard 1/1 -o "
                                  "%s/shard.tsv",
                                  path, folder),
                     0);
}

static void leave(void) {
    harness_remove_folder(folder);
}

static void run(struct harness_output *o, const char *arguments, const char *tail) {
    char line[1024];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(line, sizeof line, arguments, folder);
#pragma GCC diagnostic pop
    harness_taso(o, "%s%s", line, tail);
}

/* --- one list of keys and values for both forms --- */

#define VALUES 4096

struct values {
    int count;
    char *key[VALUES], *value[VALUES];
};
static struct values of_text, of_json;

static void add(struct values *v, const char *key, size_t key_length, const char *value, size_t length) {
    ck_assert_int_lt(v->count, VALUES);
    v->key[v->count] = strndup(key, key_length);
    v->value[v->count++] = strndup(value, length);
}

static void clear(struct values *v) {
    for (int i = 0; i < v->count; i++) free(v->key[i]), free(v->value[i]);
    v->count = 0;
}

static void add_json(void *context, const char *key, bool string, const char *value) {
    if (!string && strcmp(value, "true") == 0) value = "yes";
    if (!string && strcmp(value, "false") == 0) value = "no";
    add(context, key, strlen(key), value, strlen(value));
}

/* A table's rows, up to an empty line. */
static const char *add_table(struct values *v, const char *line) {
    const char *head = line;
    for (line += strcspn(line, "\n") + 1; *line && *line != '\n'; line++) {
        const char *column = head;
        for (;;) {
            const size_t cell = strcspn(line, "\t\n"), name = strcspn(column, "\t\n");
            add(v, column, name, line, cell);
            column += name;
            line += cell;
            ck_assert_int_eq(*line, *column); /* as many cells as columns */
            if (*line == '\n') break;
            line++;
            column++;
        }
    }
    return line + (*line == '\n');
}

static void add_text(struct values *v, const char *line) {
    while (*line) {
        const char *key = line + (strncmp(line, "# ", 2) == 0 ? 2 : 0);
        const size_t length = strspn(key, "abcdefghijklmnopqrstuvwxyz-");
        if (length == 0 || strncmp(key + length, ": ", 2) != 0) {
            line = add_table(v, line);
            continue;
        }
        const char *value = key + length + 2;
        add(v, key, length, value, strcspn(value, "\n"));
        line = value + strcspn(value, "\n") + 1;
    }
}

/* Times differ from run to run. */
static bool timed(const char *key) {
    return strstr(key, "seconds") || strstr(key, "measured") || strstr(key, "drift") || strstr(key, "rss") ||
           strstr(key, "predicted");
}

static bool same(const char *as_text, const char *as_json) {
    if (strcmp(as_json, "null") == 0) return strcmp(as_text, "nan") == 0 || strcmp(as_text, "none") == 0;
    return strcmp(as_text, as_json) == 0;
}

static bool has_json(const struct command *c) {
    for (const struct flag *f = c->flags.flag; f && f->name; f++)
        if (strcmp(f->name, "json") == 0) return true;
    return false;
}

static const struct command *command_of(const char *arguments) {
    for (int i = 0; i < COMMANDS; i++) {
        const char *name = commands[i]->flags.program + strlen("taso ");
        const size_t length = strlen(name);
        if (strncmp(arguments, name, length) == 0 && (arguments[length] == ' ' || !arguments[length]))
            return commands[i];
    }
    return NULL;
}

START_TEST(json_has_the_keys_and_values_of_the_text) {
    const struct command *c = command_of(rows[_i].arguments);
    ck_assert_ptr_nonnull(c);
    run(&text, rows[_i].arguments, "");
    ck_assert_msg(text.status == 0 || text.status == 3, "%s: %s", rows[_i].arguments, text.err);
    /* What prints results has the flag, and nothing else has. */
    ck_assert_msg(has_json(c) == (text.out[0] != '\0'), "%s prints: %s", rows[_i].arguments, text.out);
    if (!has_json(c)) return;
    run(&json, rows[_i].arguments, " --json");
    ck_assert_int_eq(json.status, text.status);
    struct json j = {json.out, add_json, &of_json};
    ck_assert_msg(json_read(&j), "%s: not JSON at: %.60s", rows[_i].arguments, j.at);
    ck_assert_int_eq(json.out[0], '{');
    if (!rows[_i].more) {
        add_text(&of_text, text.out);
        ck_assert_int_gt(of_text.count, 0);
        ck_assert_int_eq(of_json.count, of_text.count);
        for (int i = 0; i < of_text.count; i++) {
            ck_assert_str_eq(of_json.key[i], of_text.key[i]);
            if (!timed(of_text.key[i]))
                ck_assert_msg(same(of_text.value[i], of_json.value[i]), "%s: %s: %s, %s", rows[_i].arguments,
                              of_text.key[i], of_text.value[i], of_json.value[i]);
        }
    }
    clear(&of_text);
    clear(&of_json);
}
END_TEST

START_TEST(every_command_is_tried) {
    for (int i = 0; i < COMMANDS; i++) {
        bool tried = false;
        for (int k = 0; k < ROWS; k++) tried = tried || command_of(rows[k].arguments) == commands[i];
        ck_assert_msg(tried, "%s has no row", commands[i]->flags.program);
    }
}
END_TEST

START_TEST(json_that_would_say_nothing_is_refused) {
    ck_assert_int_eq(harness_taso(&json, "sweep --network all --profile x --json -o y"), 2);
    ck_assert_ptr_nonnull(strstr(json.err, "--json does nothing with --output"));
    ck_assert_int_eq(harness_taso(&json, "frontier --network " TINY " --profile %s/p.tsv --json -o -", folder), 2);
    ck_assert_ptr_nonnull(strstr(json.err, "--json: the points are part of the object"));
    ck_assert_str_eq(json.out, "");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("json");
    TCase *tc = tcase_create("json");
    tcase_add_unchecked_fixture(tc, enter, leave);
    tcase_add_loop_test(tc, json_has_the_keys_and_values_of_the_text, 0, ROWS);
    tcase_add_test(tc, every_command_is_tried);
    tcase_add_test(tc, json_that_would_say_nothing_is_refused);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
