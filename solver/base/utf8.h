/* utf8.h - whether bytes are UTF-8 (RFC 3629). */
#ifndef SOLVER_BASE_UTF8_H
#define SOLVER_BASE_UTF8_H
#include <stddef.h>

/* Bytes of the character at text[0..length): 1 to 4; 0: no character begins there. Overlong forms, surrogates and code
 * points beyond U+10FFFF are refused. */
size_t utf8_character(const char *text, size_t length);
/* Index of the first byte of text[0..length) that is not part of a character, or `length`. */
size_t utf8_good(const char *text, size_t length);

#endif
