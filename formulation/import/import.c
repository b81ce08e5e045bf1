#include "formulation/import/import.h"

#include <assert.h>
#include <stdio.h>

#include "solver/base/text.h"

static const struct import_format *const formats[] = {
#define FORMAT(name) &import_##name,
#include "formulation/import/formats.def"
#undef FORMAT
};
#define FORMATS ((int)(sizeof formats / sizeof formats[0]))

const struct import_format *import_format(int i) {
    assert(i >= 0);
    return i < FORMATS ? formats[i] : NULL;
}

const struct import_format *import_find(const char *path) {
    char zipped[64];
    for (int i = 0; i < FORMATS; i++) {
        snprintf(zipped, sizeof zipped, "%s.gz", formats[i]->ending);
        if (text_ends_with(path, formats[i]->ending) || text_ends_with(path, zipped)) return formats[i];
    }
    return NULL;
}
