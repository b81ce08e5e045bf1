#include "experiments/measure/progress.h"

#include <assert.h>
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

void progress_left(char text[32], double passed_s, double done, double total) {
    double left = done > 0 ? passed_s * (total - done) / done : 0;
    if (done <= 0)
        snprintf(text, 32, "unknown");
    else if (left < 90)
        snprintf(text, 32, "%.0f s", left);
    else if (left < 5400)
        snprintf(text, 32, "%d min %02d s", (int)left / 60, (int)left % 60);
    else
        snprintf(text, 32, "%d h %02d min", (int)left / 3600, (int)left / 60 % 60);
}

void progress_show(double done, double total, const char *what) {
    assert(done >= 0 && done <= total * 1.0001 + 1); /* sums of doubles */
    double now = clock_wall();
    if (progress.quiet || now - progress.begun_s < 2 || now - progress.last_s < 0.1 || !isatty(2)) return;
    progress.last_s = now;
    progress.shown = true;
    char left[32];
    progress_left(left, now - progress.begun_s, done, total);
    fprintf(stderr, "\r\033[K%5.1f %%  %s left  %.60s", total > 0 ? 100 * done / total : 100, left, what);
    fflush(stderr);
}

void progress_end(void) {
    if (progress.shown) fputs("\r\033[K", stderr);
    progress.shown = false;
}
