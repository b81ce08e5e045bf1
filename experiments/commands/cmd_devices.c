/* taso devices - common boards and their memory, as budgets. */
#include "experiments/commands/command.h"
#include "formulation/device.h"

struct given {
    int64_t ram_bytes;
    bool json;
};
static const struct given preset = {0};

static const struct flag flags[] = {
    {"ram", FLAG_BYTES, offsetof(struct given, ram_bytes), "BYTES", "only devices with at least that much RAM"},
    KEYS_FLAG(struct given, json, NULL),
    {0}};

static void print_device(struct keys *k, const struct device *d) {
    keys_row(k);
    keys_text(k, NULL, d->name);
    keys_number(k, NULL, d->ram_bytes);
    if (d->flash_bytes == DEVICE_ANY)
        keys_missing(k, NULL, "none");
    else
        keys_number(k, NULL, d->flash_bytes);
    keys_text(k, NULL, d->core);
    keys_text(k, NULL, d->board);
    keys_text(k, NULL, d->source);
    keys_row_end(k);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    const struct device *only = NULL;
    struct keys k;
    if (call->line.operands > 0) {
        if (flags_given(&call->line, "ram")) {
            error_set(err, "--ram does nothing with NAME");
            return STATUS_BAD;
        }
        if (!(only = device_find(call->line.operand[0], err))) return STATUS_BAD;
    }
    keys_begin(&k, given->json);
    keys_table(&k, "devices", "device\tram_bytes\tflash_bytes\tcore\tboard\tsource");
    if (only) print_device(&k, only);
    for (int i = 0; i < device_count() && !only; i++)
        if (device_get(i)->ram_bytes >= given->ram_bytes) print_device(&k, device_get(i));
    keys_table_end(&k);
    keys_end(&k);
    return STATUS_DONE;
}

const struct command command_devices = {
    .flags =
        {.program = "taso devices",
         .operands = "[NAME]",
         .most_operands = 1,
         .summary = "common boards, their RAM and flash",
         .help =
             "One row per device (or the one named), by RAM: bytes of RAM and flash, the core, a board that has it, and the source of\n"
             "the figures. Flash is none where weights are kept in storage of any size. RAM is what is on the chip in all: firmware\n"
             "and stack take some of it, and on some chips it comes in several banks.\n"
             "\n"
             "Example: taso devices nrf52840",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
