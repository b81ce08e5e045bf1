/* device.h - common boards and their memory, as budgets: the table formulation/devices.def.
 *
 * ram_bytes is B and flash_bytes is F of a device's budget: activations and workspaces are kept in RAM, stored weights
 * in flash. Both are what the data sheet states; what firmware and stack take is the user's to subtract. */
#ifndef FORMULATION_DEVICE_H
#define FORMULATION_DEVICE_H
#include <stdint.h>

#include "solver/base/error.h"

#define DEVICE_K   ((int64_t)1024)
#define DEVICE_ANY INT64_MAX /* flash_bytes: weights are kept in storage of any size */

struct device {
    const char *name;
    int64_t ram_bytes, flash_bytes;
    const char *core, *board, *source;
};

int device_count(void);
const struct device *device_get(int i); /* 0 <= i < device_count(): by RAM, ascending */
/* NULL, and a line with the nearest name, if there is no such device. */
const struct device *device_find(const char *name, struct error *err);

#endif
