#include "solver/base/input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

FILE *input_open(const char *path, bool seeks, struct error *err) {
    struct stat info;
    FILE *file = NULL;
    if (!path[0])
        error_set(err, "an empty file name (expected the name of a file to read)");
    else if (stat(path, &info) != 0)
        error_at(err, path, 0, "%s", strerror(errno));
    else if (S_ISDIR(info.st_mode))
        error_at(err, path, 0, "is a directory (expected a file)");
    else if (seeks && !S_ISREG(info.st_mode))
        error_at(err, path, 0, "is a FIFO, device or socket (expected a regular file, which is read by position)");
    else if (!(file = fopen(path, "rb")))
        error_at(err, path, 0, "cannot be opened: %s", strerror(errno));
    return file;
}
