/* utf8.h - is it UTF-8 (RFC 3629)? */
#ifndef SOLVER_BASE_UTF8_H
#define SOLVER_BASE_UTF8_H
#include <stddef.h>

/* Bytes of the character at text[0..length): 1 to 4; 0: none begins there. Overlong forms, surrogates and what is
 * beyond U+10FFFF are none. */
size_t utf8_character(const char *text, size_t length);
/* The first byte of text[0..length) that is no part of a character, or `length`. */
size_t utf8_good(const char *text, size_t length);

#endif
