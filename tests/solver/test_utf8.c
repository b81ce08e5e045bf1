/* UTF-8: exactly the encodings of the code points that RFC 3629 allows are characters. */
#include "tests/support/harness.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/base/utf8.h"
#include "tests/support/hold.h"

/* `bytes` bytes that hold the bits of `point` as the RFC's table lays them out, whether or not that is allowed. */
static void encode(char *out, uint32_t point, int bytes) {
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (int k = bytes - 1; k > 0; k--, point >>= 6) out[k] = (char)(0x80 | (point & 0x3f));
    out[0] = (char)(lead[bytes] | point);
}

static int allowed(uint32_t point) { /* in how many bytes; 0: not at all */
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return 0;
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

START_TEST(a_code_point_is_a_character_in_its_shortest_form_only) {
    static const uint32_t room[] = {0, 0x80, 0x800, 0x10000, 0x200000};
    for (int bytes = 1; bytes <= 4; bytes++)
        for (uint32_t point = 0; point < room[bytes]; point++) {
            char text[5] = {0};
            encode(text, point, bytes);
            size_t wanted = allowed(point) == bytes ? (size_t)bytes : 0;
            HOLDS(utf8_character(text, sizeof text) == wanted && utf8_character(text, (size_t)bytes) == wanted);
            HOLDS(utf8_character(text, (size_t)bytes - 1) == 0);
        }
}
END_TEST

START_TEST(bytes_that_only_continue_or_that_lead_to_nothing_are_no_characters) {
    for (int lead = 0x80; lead < 0x100; lead++)
        for (int second = 0; second < 0x100; second++) {
            char text[4] = {(char)lead, (char)second, (char)0x80, (char)0x80};
            bool continues = second >= 0x80 && second < 0xc0;
            size_t bytes = utf8_character(text, 4);
            HOLDS(bytes == 0 || (continues && lead >= 0xc2 && lead <= 0xf4));
            text[2] = 'x';
            HOLDS(utf8_character(text, 4) == (bytes == 2 ? 2 : 0));
            text[2] = (char)0x80, text[3] = 'x';
            HOLDS(utf8_character(text, 4) == (bytes == 4 ? 0 : bytes));
        }
}
END_TEST

START_TEST(a_text_is_good_up_to_the_first_byte_that_begins_no_character) {
    struct random r = {3};
    for (int trial = 0; trial < 20000; trial++) {
        char text[40];
        int length = random_int(&r, 0, 40);
        for (int k = 0; k < length; k++)
            text[k] = (char)(random_int(&r, 0, 9) ? random_int(&r, 1, 127) : random_int(&r, 128, 255));
        for (int k = 0; k + 2 < length; k += 7) memcpy(text + k, "\xc3\xa9", 2);
        size_t at = 0, bytes = 1;
        while (at < (size_t)length && bytes > 0) at += bytes = utf8_character(text + at, (size_t)length - at);
        HOLDS(utf8_good(text, (size_t)length) == at);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("utf8");
    TCase *tests = tcase_create("utf8");
    tcase_add_test(tests, a_code_point_is_a_character_in_its_shortest_form_only);
    tcase_add_test(tests, bytes_that_only_continue_or_that_lead_to_nothing_are_no_characters);
    tcase_add_test(tests, a_text_is_good_up_to_the_first_byte_that_begins_no_character);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
