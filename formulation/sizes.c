#include "formulation/sizes.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

static int compare_bytes(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t *sizes_workspaces(int *count, const struct instance *g) {
    size_t room = (size_t)g->edges * LAYOUTS * LAYOUTS + 1, n = 1; /* the first is 0 */
    for (int v = 0; v < g->nodes; v++) room += (size_t)g->node[v].choices;
    int64_t *size = memory_new(room, sizeof *size);
    for (int v = 0; v < g->nodes; v++)
        for (int i = 0; i < g->node[v].choices; i++) size[n++] = g->node[v].choice[i].workspace_bytes;
    for (int e = 0; e < g->edges; e++)
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) size[n++] = g->edge[e].workspace_bytes[i / LAYOUTS][i % LAYOUTS];
    assert(n == room);
    memory_sort(size, n, sizeof *size, compare_bytes);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (*count == 0 || size[i] > size[*count - 1]) size[(*count)++] = size[i];
    assert(*count > 0 && size[0] == 0);
    return size;
}
