#include "formulation/device.h"

#include <assert.h>
#include <string.h>

#include "solver/base/similar.h"

static const struct device devices[] = {
#define DEVICE(name, ram, flash, core, board, source) {name, ram, flash, core, board, source},
#include "formulation/devices.def"
};

int device_count(void) {
    return (int)(sizeof devices / sizeof devices[0]);
}

const struct device *device_get(int i) {
    assert(i >= 0 && i < device_count());
    assert(devices[i].ram_bytes > 0 && devices[i].flash_bytes > 0);
    return &devices[i];
}

const struct device *device_find(const char *name, struct error *err) {
    char hint[SIMILAR_HINT];
    struct similar near = similar_begin(name);
    for (int i = 0; i < device_count(); i++) {
        if (strcmp(devices[i].name, name) == 0) return &devices[i];
        similar_try(&near, devices[i].name);
    }
    error_set(err, "unknown device `%s`%s (expected one of `taso devices`)", name, similar_hint(hint, &near, ""));
    return NULL;
}
