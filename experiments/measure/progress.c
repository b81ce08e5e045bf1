#include "experiments/measure/progress.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "solver/base/clock.h"

static struct {
    bool quiet, shown;
    double begun_s, last_s;
} progress;

void progress_quiet(bool quiet) {
    progress.quiet = quiet;
}

void progress_begin(void) {
    progress.begun_s = clock_wall();
    progress.last_s = 0;
}

static void progress_time(char text[32], double left_s) {
    if (left_s < 90)
        snprintf(text, 32, "%.0f s", left_s);
    else if (left_s < 5400)
        snprintf(text, 32, "%d min %02d s", (int)left_s / 60, (int)left_s % 60);
    else
        snprintf(text, 32, "%d h %02d min", (int)left_s / 3600, (int)left_s / 60 % 60);
}

void progress_left(char text[32], double passed_s, double done, double total) {
    if (done <= 0)
        snprintf(text, 32, "unknown");
    else
        progress_time(text, passed_s * (total - done) / done);
}

/* Is a line due? */
static bool progress_due(double now) {
    if (progress.quiet || now - progress.begun_s < 2 || now - progress.last_s < 0.1 || !isatty(2)) return false;
    progress.last_s = now;
    return progress.shown = true;
}

static void progress_print(double share, const char *left, const char *what) {
    fprintf(stderr, "\r\033[K%5.1f %%  %s left  %.60s", 100 * share, left, what);
    fflush(stderr);
}

void progress_show(double done, double total, const char *what) {
    assert(done >= 0 && done <= total * 1.0001 + 1); /* sums of doubles */
    const double now = clock_wall();
    char left[32];
    if (!progress_due(now)) return;
    progress_left(left, now - progress.begun_s, done, total);
    progress_print(total > 0 ? done / total : 1, left, what);
}

void progress_at(double share, double left_s, const char *what) {
    assert(share >= 0 && share <= 1 && left_s >= 0);
    char left[32];
    if (!progress_due(clock_wall())) return;
    progress_time(left, left_s);
    progress_print(share, left, what);
}

void progress_say(const char *format, ...) {
    va_list rest;
    progress_end();
    if (progress.quiet) return;
    va_start(rest, format);
    vfprintf(stderr, format, rest);
    va_end(rest);
    fputc('\n', stderr);
}

void progress_end(void) {
    if (progress.shown) fputs("\r\033[K", stderr);
    progress.shown = false;
}
