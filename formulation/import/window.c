#include "formulation/import/window.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* " k=3", or " kh=3 kw=1", after what is in text already. */
static void window_pair(char text[WINDOW_TEXT], const char *key, const int64_t value[2]) {
    const size_t used = strlen(text), room = WINDOW_TEXT - used;
    const char *blank = used ? " " : "";
    if (value[0] == value[1])
        snprintf(text + used, room, "%s%s=%" PRId64, blank, key, value[0]);
    else
        snprintf(text + used, room, "%s%sh=%" PRId64 " %sw=%" PRId64, blank, key, value[0], key, value[1]);
}

const char *window_keys(char text[WINDOW_TEXT], const struct window *w) {
    const int64_t *p = w->pad;
    *text = '\0';
    window_pair(text, "k", w->kernel);
    window_pair(text, "s", w->stride);
    const size_t used = strlen(text), room = WINDOW_TEXT - used;
    if (p[0] == p[1] && p[0] == p[2] && p[0] == p[3])
        snprintf(text + used, room, " p=%" PRId64, p[0]);
    else
        snprintf(text + used, room, " pt=%" PRId64 " pl=%" PRId64 " pb=%" PRId64 " pr=%" PRId64, p[0], p[1], p[2],
                 p[3]);
    return text;
}

const char *window_dilation(char text[WINDOW_TEXT], const struct window *w) {
    *text = '\0';
    window_pair(text, "d", w->dilation);
    return text;
}

static int64_t window_reach(const struct window *w, int i) {
    return (w->kernel[i] - 1) * w->dilation[i] + 1;
}

void window_same(struct window *w, const int64_t size[2], bool upper) {
    for (int i = 0; i < 2; i++) {
        const int64_t out = (size[i] + w->stride[i] - 1) / w->stride[i];
        const int64_t need = (out - 1) * w->stride[i] + window_reach(w, i) - size[i], all = need > 0 ? need : 0;
        w->pad[i] = upper ? all / 2 : all - all / 2;
        w->pad[i + 2] = all - w->pad[i];
    }
}

int64_t window_out(const struct window *w, int64_t size, int i) {
    const int64_t room = size + w->pad[i] + w->pad[i + 2] - window_reach(w, i);
    if (room < 0) return 0;
    const int64_t out = (room + (w->ceil ? w->stride[i] - 1 : 0)) / w->stride[i] + 1;
    return w->ceil && (out - 1) * w->stride[i] >= size + w->pad[i] ? out - 1 : out;
}
