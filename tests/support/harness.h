/* harness.h - what every test program shares: the runner, scratch files, commands, and data from outside the
 * repository.
 * A test program is one file test_X.c in a folder of tests/, with a main that returns harness_run(suite). */
#ifndef TESTS_SUPPORT_HARNESS_H
#define TESTS_SUPPORT_HARNESS_H
#include <check.h>

int harness_run(Suite *suite); /* exit status for main: 0 if every test passed */
/* Path of `relative` in the shared data folder ($TASO_DATA, default ../shared/data), or NULL with a line "SKIPPED: ..."
 * on standard output if it is absent: the caller then returns. Valid until the next call. */
const char *harness_data(const char *relative);
/* Path of a program that was built ($TASO_BIN, default bin). Valid until the next call. */
const char *harness_program(const char *name);
/* Writes `text` to a scratch file NAME of this process below $TMPDIR (default /tmp) and returns its path, valid until
 * the next call with that name; NULL text: only the path. harness_forget removes the file. */
const char *harness_scratch(const char *name, const char *text);
void harness_forget(const char *path);
/* A whole file as text of at most room - 1 characters: a missing or longer file is a failure. */
void harness_read(char *text, size_t room, const char *path);
/* Where the first `what` of a text ends; its absence is a failure. */
const char *harness_after(const char *text, const char *what);

/* The text with `with` for each `mark`; returns its length as snprintf does, `room` or more if it was cut off. */
size_t harness_fill(char *to, size_t room, const char *text, char mark, const char *with);

/* Output and exit status of a program that was built: harness_command(&o, "taso", "select --budget 12X"). The arguments
 * are expanded by the shell. */
struct harness_output {
    int status; /* exit status; 128 + signal number if a signal ended it */
    char out[1 << 16], err[1 << 14];
};
void harness_shell(struct harness_output *o, const char *line); /* any command line */
/* "exec PROGRAM ...", sent a signal once it has used that many seconds of the CPU, which say how far it has come on a busy
 * machine, too; or when it has ended before. */
void harness_signalled(struct harness_output *o, const char *line, int signal, double cpu_s);
void harness_command(struct harness_output *o, const char *program, const char *arguments);
/* The same for bin/taso, its arguments formatted; returns the exit status. */
int harness_taso(struct harness_output *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define HARNESS_FOLDER 256 /* characters of such a folder's path, at most: what tests keep it in */
/* A new empty folder under $TMPDIR or /tmp; removed by harness_remove_folder. Valid until the next call. */
const char *harness_folder(void);
void harness_remove_folder(const char *folder);
void harness_put(const char *folder, const char *name,
                 const char *text); /* writes folder/name; makes sub-folders of name */

#endif
