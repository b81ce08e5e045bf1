#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/flags.h"

/* " (default: 5)"; a required flag has none. */
static void flags_help_default(char text[64], const struct flag *f, const void *field) {
    const char *word = f->type == FLAG_TEXT ? *(const char *const *)field : NULL;
    double real = f->type == FLAG_REAL || f->type == FLAG_SHARE ? *(const double *)field : 0;
    int number = f->type == FLAG_INT || f->type == FLAG_WORD ? *(const int *)field : 0;
    assert(f->type != FLAG_WORD || number < f->count); /* a preset is a word of the list; below 0: none */
    text[0] = '\0';
    if (f->required)
        snprintf(text, 64, " (required)");
    else if ((f->type == FLAG_REAL && real >= FLAGS_UNLIMITED) || f->none)
        snprintf(text, 64, " (default: none)");
    else if (f->type == FLAG_REAL || f->type == FLAG_SHARE)
        snprintf(text, 64, " (default: %g)", real);
    else if (f->type == FLAG_INT)
        snprintf(text, 64, " (default: %d)", number);
    else if (f->type == FLAG_WORD && number >= 0)
        snprintf(text, 64, " (default: %s)", f->words[number]);
    else if (word)
        snprintf(text, 64, " (default: %s)", word);
}

static void flags_help_one(const struct flag *f, const void *preset) {
    char left[64], usual[64];
    bool output = strcmp(f->name, "output") == 0;
    snprintf(left, sizeof left, "%s--%s%s%s", output ? "-o, " : "    ", f->name, f->type == FLAG_SWITCH ? "" : " ",
             f->type == FLAG_SWITCH ? "" : f->argument);
    printf("  %-28s %s", left, f->help);
    for (int i = 0; f->type == FLAG_WORD && i < f->count; i++) printf("%s%s", i ? " | " : ": ", f->words[i]);
    flags_help_default(usual, f, (const char *)preset + f->field);
    printf("%s\n", usual);
}

void flags_help(const struct flags *flags) {
    assert(flags_check(flags));
    printf("%s: %s\n\nUsage: %s", flags->program, flags->summary, flags->program);
    for (const struct flag *f = flags->flag; f && f->name; f++)
        if (f->required) printf(" --%s %s", f->name, f->argument);
    printf("%s%s [OPTION]...\n\n%s\n\nOptions:\n", flags->operands[0] ? " " : "", flags->operands, flags->help);
    for (const struct flag *f = flags->flag; f && f->name; f++) flags_help_one(f, flags->preset);
    printf("  %-28s %s\n  %-28s %s\n", "    --quiet", "no progress, remarks or warnings", "    --help",
           "print this text");
    if (flags->version) printf("  %-28s %s\n", "    --version", "print the version");
    if (flags->more) flags->more();
}
