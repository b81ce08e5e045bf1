#include "experiments/measure/precious.h"

#include <string.h>
#include <sys/stat.h>

#include "solver/base/text.h"

static bool precious_stands(const char *path) {
    struct stat info;
    return strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static bool precious_begins(const char *line, const char *format) {
    const char *const piece[] = {"# format: ", format, " "};
    for (int i = 0; line && i < 3; i++)
        line = strncmp(line, piece[i], strlen(piece[i])) == 0 ? line + strlen(piece[i]) : NULL;
    return line != NULL;
}

bool precious_kind(const char *path, const char *format, struct error *err) {
    struct text_reader in;
    struct error unread = {""};
    char *line = NULL;
    if (!precious_stands(path)) return true;
    bool good = text_open(&in, path, &unread);
    good = good && text_next(&in, &line, &unread) && precious_begins(line, format);
    text_free(&in);
    return good ||
           error_at(err, path, 0, "is a file of another kind and is kept (expected a new name, or a %s file)", format);
}

/* Imported profiles have no clock: they can be made again from the table. */
bool precious_measured(const char *path) {
    struct text_reader in;
    struct error unread = {""};
    char *line = NULL;
    if (!precious_stands(path) || !text_open(&in, path, &unread)) return false;
    bool good = text_next(&in, &line, &unread) && line, profile = good && precious_begins(line, "taso-profile");
    bool measured = good && precious_begins(line, "taso-samples");
    while (profile && !measured && text_next(&in, &line, &unread) && line && line[0] == '#')
        measured = strncmp(line, "# clock: ", 9) == 0;
    text_free(&in);
    return measured;
}

bool precious_replaced(const char *path, bool force, struct error *err) {
    if (force || !precious_measured(path)) return true;
    return error_at(err, path, 0, "exists and is kept (expected a new name, or --force to replace it)");
}
