/* Devices: figures that can be right, names that are found, and a row that arrives by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/device.h"
#include "tests/support/harness.h"

static struct harness_output o;

START_TEST(every_device_has_memory_a_unique_name_and_a_source) {
    for (int i = 0; i < device_count(); i++) {
        const struct device *d = device_get(i);
        ck_assert_msg(d->ram_bytes >= 16 * DEVICE_K && d->ram_bytes <= DEVICE_K * DEVICE_K * DEVICE_K, "%s", d->name);
        ck_assert_msg(d->flash_bytes % DEVICE_K == 0 || d->flash_bytes == DEVICE_ANY, "%s", d->name);
        ck_assert_msg(strlen(d->source) > 5 && d->core[0] && d->board[0], "%s", d->name);
        ck_assert_msg(strspn(d->name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(d->name), "%s", d->name);
        if (i > 0) ck_assert_msg(device_get(i - 1)->ram_bytes <= d->ram_bytes, "%s is not in order of RAM", d->name);
        for (int k = 0; k < i; k++) ck_assert_str_ne(device_get(k)->name, d->name);
    }
}
END_TEST

/* Typed from the data sheets once more, as bytes. */
static const struct {
    const char *name;
    long long ram, flash;
} known[] = {{"nrf52840", 262144, 1048576},   {"stm32f446", 131072, 524288},   {"stm32f746", 327680, 1048576},
             {"stm32f767", 524288, 2097152},  {"stm32h743", 1048576, 2097152}, {"rp2040", 270336, 2097152},
             {"rp2350", 532480, 4194304},     {"esp32", 532480, 4194304},      {"max78000", 131072, 524288},
             {"imxrt1062", 1048576, 8388608}, {"nrf5340", 524288, 1048576}};

START_TEST(known_devices_have_the_bytes_of_their_data_sheets) {
    struct error err = {""};
    const struct device *d = device_find(known[_i].name, &err);
    ck_assert_msg(d != NULL, "%s", err.text);
    ck_assert_int_eq(d->ram_bytes, known[_i].ram);
    ck_assert_int_eq(d->flash_bytes, known[_i].flash);
}
END_TEST

static const struct {
    const char *name, *says;
} unknown[] = {
    {"stm32f466", "unknown device `stm32f466` (did you mean stm32f446?) (expected one of `taso devices`)"},
    {"ESP32", "unknown device `ESP32`"},
    {"", "unknown device ``"},
    {"an oven", "unknown device `an oven` (expected one of `taso devices`)"},
};

START_TEST(a_name_that_is_not_there_is_an_error_with_the_nearest_one) {
    struct error err = {""};
    ck_assert_ptr_null(device_find(unknown[_i].name, &err));
    ck_assert_msg(strstr(err.text, unknown[_i].says) == err.text, "%s", err.text);
}
END_TEST

START_TEST(the_command_lists_them_all_or_one_or_those_with_enough_ram) {
    harness_command(&o, "taso", "devices");
    ck_assert_int_eq(o.status, 0);
    int lines = 0;
    for (const char *c = o.out; *c; c++) lines += *c == '\n';
    ck_assert_int_eq(lines, 1 + device_count());
    harness_command(&o, "taso", "devices pi-zero");
    ck_assert_str_eq(o.out,
                     "device\tram_bytes\tflash_bytes\tcore\tboard\tsource\npi-zero\t536870912\tnone\tARM1176 1 GHz\t"
                     "Raspberry Pi Zero\tRaspberry Pi Zero product page\n");
    harness_command(&o, "taso", "devices --ram 1M");
    ck_assert(strstr(o.out, "\nstm32h743\t") && !strstr(o.out, "\nesp32\t"));
}
END_TEST

/* Compiled again with the longer table; nothing else knows the rows. */
START_TEST(a_row_of_devices_def_is_found_and_counted) {
    char line[2048], scratch[512];
    const char *built = getenv("TASO_BIN");
    if (built && strcmp(built, "bin") != 0) {
        printf("SKIPPED: a row of devices.def: not the plain build\n");
        return;
    }
    snprintf(scratch, sizeof scratch, "%s", harness_folder());
    harness_put(scratch, "main.c",
                "#include <stdio.h>\n#include \"formulation/device.h\"\nint main(void) {\n    struct error err;\n"
                "    const struct device *d = device_find(\"scratch\", &err);\n"
                "    printf(\"%lld %d\\n\", d ? (long long)d->ram_bytes : -1, device_count());\n    return !d;\n}\n");
    snprintf(
        line, sizeof line,
        "set -e; d=%s; mkdir -p $d/formulation; { echo 'DEVICE(\"scratch\", 96 * DEVICE_K, DEVICE_ANY, \"c\", \"b\", "
        "\"a sheet\")'; cat formulation/devices.def; } >$d/formulation/devices.def; "
        "${CC:-cc} -std=gnu17 -I$d -I. $d/main.c formulation/device.c build/libsolver.a -lz -lm -o $d/devices; "
        "$d/devices",
        scratch);
    harness_shell(&o, line);
    char want[64];
    snprintf(want, sizeof want, "98304 %d\n", device_count() + 1);
    ck_assert_msg(o.status == 0 && strcmp(o.out, want) == 0, "%s%s", o.out, o.err);
    harness_remove_folder(scratch);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("device");
    TCase *c = tcase_create("device");
    tcase_add_test(c, every_device_has_memory_a_unique_name_and_a_source);
    tcase_add_loop_test(c, known_devices_have_the_bytes_of_their_data_sheets, 0, (int)(sizeof known / sizeof known[0]));
    tcase_add_loop_test(c, a_name_that_is_not_there_is_an_error_with_the_nearest_one, 0,
                        (int)(sizeof unknown / sizeof unknown[0]));
    tcase_add_test(c, the_command_lists_them_all_or_one_or_those_with_enough_ram);
    tcase_add_test(c, a_row_of_devices_def_is_found_and_counted);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
