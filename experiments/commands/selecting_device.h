/* selecting_device.h - --ram, --flash and --device for the commands that select: the two budgets (21) in place of a
 * memory model and one budget. The model is then peak (5), its budget the RAM. */
#ifndef EXPERIMENTS_COMMANDS_SELECTING_DEVICE_H
#define EXPERIMENTS_COMMANDS_SELECTING_DEVICE_H
#include "experiments/commands/selecting.h"

struct selecting_device {
    const char *name; /* of formulation/devices.def, or NULL */
    int64_t ram_bytes, flash_bytes;
};
#define SELECTING_DEVICE                                                                                               \
    { .ram_bytes = METHOD_NO_BUDGET, .flash_bytes = METHOD_NO_BUDGET }

/* Is there one of the three flags? */
bool selecting_device_given(const struct call *call);
/* Sets the request's model and budgets: the device's figures where no others are given. false: no such device, or a
 * name whose figures are both overridden. */
bool selecting_device_budgets(struct request *q, const struct call *call, const struct selecting_device *d,
                              struct error *err);
/* May the method run layers by rows? `given` is that of --streaming; without that flag, for a device: if the method can
 * and the profile has times for that. */
enum streaming selecting_device_streaming(const struct call *call, enum streaming given, const struct instance *g,
                                          const struct method *m);
/* Both, for one method; budgets and model are left alone where none of the three flags is given. */
bool selecting_device_request(struct request *q, const struct call *call, const struct selecting_device *d,
                              const struct selecting *s, const struct method *m, struct error *err);
/* selecting_status for such a request: reports what would do if nothing fits. */
enum status selecting_device_status(const struct answer *a, const struct request *q, const struct selecting *s,
                                    struct error *err);

/* Rows of a flag table whose struct `type` holds a struct selecting_device `field`; `others`: the flags that these
 * replace. */
#define SELECTING_FLAGS_DEVICE(type, field, others)                                                                    \
    {"ram",                                                                                                            \
     FLAG_BYTES,                                                                                                       \
     offsetof(type, field.ram_bytes),                                                                                  \
     "BYTES",                                                                                                          \
     "most RAM for tensors and workspaces, with K, M or G, or none",                                                   \
     .none = true,                                                                                                     \
     .not_with = others},                                                                                              \
        {"flash",                                                                                                      \
         FLAG_BYTES,                                                                                                   \
         offsetof(type, field.flash_bytes),                                                                            \
         "BYTES",                                                                                                      \
         "most flash for the weights as stored, with K, M or G, or none",                                              \
         .none = true,                                                                                                 \
         .not_with = others},                                                                                          \
    {                                                                                                                  \
        "device", FLAG_TEXT, offsetof(type, field.name), "NAME",                                                       \
            "RAM and flash of a board of `taso devices`; either can be given, too", .not_with = others                 \
    }

#endif
