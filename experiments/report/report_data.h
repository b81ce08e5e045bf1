/* report_data.h - the explorer's data: one network's frontiers with the plan of every point, as compact JSON.
 *
 *     {"profile": text, "network": text, "strings": [text...], "layers": [text...],
 *      "groups": [[kind, name, from, to, rows, ns, workspace, weights, ...]...], "places": [[...]...],
 *      "views": [{"name", "help", "complete", "points": [db, dt, ...], "plans": [[v, group, ...]...],
 *                 "maps": [[point, arena bytes, v, place, ...]...]}...]}
 *
 * A group is what is executed for a layer, eight numbers per step: conversions of its inputs, the layer itself, and what
 * its segment moves if it is the segment's last. `kind`, `name`, `from` and `to` are indices of strings; rows are those
 * of a call, 0 for a whole layer. points: differences of memory (bytes) and time (ns) from point to point, from 0. plans:
 * per point the layers whose group differs from the point before. maps: the same for places, from map to map; a place
 * is where the steps of a layer have their memory, five numbers each: kind (REPORT_TENSOR...), first and last step that
 * it is alive, offset, bytes. A step is its layer times REPORT_STEPS plus its number within the group. */
#ifndef EXPERIMENTS_REPORT_REPORT_DATA_H
#define EXPERIMENTS_REPORT_REPORT_DATA_H
#include "experiments/report/report.h"

#define REPORT_STEPS 64 /* most steps of a layer */
enum { REPORT_TENSOR, REPORT_WORKSPACE, REPORT_BLOCK };

/* maps: how many points of each frontier get one, at most: the first, the last, and others between. A selection that
 * leaves layers out cannot be run, and has none. */
bool report_data(struct report_text *to, const struct report_network *n, int maps, struct error *err);

#endif
