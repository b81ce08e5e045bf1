/* provenance.h - where a file of results comes from: the lines `# key: value` at its head.
 *
 * command, commit (and whether the tree was clean), host CPU, compiler, flags, threads, date. What the build knows is
 * compiled in from $(BUILD)/build_info.c, which the Makefile writes. */
#ifndef SOLVER_BASE_PROVENANCE_H
#define SOLVER_BASE_PROVENANCE_H
#include <stddef.h>

extern const char build_commit[]; /* "1a2b3c4 clean", "1a2b3c4 with changes", or "unknown" outside a git clone */
extern const char
    build_measured_by[]; /* digest of the sources that measured times depend on: experiments/measure/measured_by.sh */
extern const char build_compiler[]; /* first line of $(CC) --version */
extern const char build_flags[];    /* CFLAGS as compiled */

void provenance_begin(int argc, char **argv); /* remembers the command line; once, in main, before options are parsed */
void provenance_host(char *name, size_t room); /* the CPU's model; "unknown CPU" if the system does not report it */
/* Calls line(to, key, value) for each: command, commit, host, compiler, flags, threads, date. */
void provenance_each(void (*line)(void *to, const char *key, const char *value), void *to, int threads);

#endif
