#include "experiments/beside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "solver/memory.h"
#include "solver/text.h"

struct beside beside_begin(const char *path) {
    size_t room = strlen(path) + sizeof ".tmp";
    struct beside b = {NULL, path, memory_new(room, 1)};
    snprintf(b.temporary, room, "%s.tmp", path);
    b.out = fopen(b.temporary, "wb");
    text_unfinished(b.temporary);
    return b;
}

bool beside_end(struct beside *b, bool good, struct error *err) {
    good = b->out && good;
    if (b->out && fclose(b->out) != 0) good = false;
    b->out = NULL;
    good = good && rename(b->temporary, b->path) == 0;
    if (!good) {
        error_at(err, b->path, 0, "cannot be written: %s", strerror(errno ? errno : EIO));
        unlink(b->temporary);
    }
    text_finished(b->temporary);
    free(b->temporary);
    return good;
}

void beside_abandon(struct beside *b) {
    if (b->out) fclose(b->out);
    unlink(b->temporary);
    text_finished(b->temporary);
    free(b->temporary);
}
