/* arena_orders.h - offsets by placing one buffer after another, at the lowest or the highest free offset.
 *
 * Orders: most aligned, largest, longest-lived, by step, each once all low and once alternately low and high. Then
 * `rounds` times what ends highest, or any other buffer, is moved towards the front and to the other side (fixed seed),
 * restarting from the best every 20 rounds. Ends as soon as the bound is reached. */
#ifndef EXPERIMENTS_RUNTIME_ARENA_ORDERS_H
#define EXPERIMENTS_RUNTIME_ARENA_ORDERS_H
#include "experiments/runtime/arena_buffer.h"
#include "solver/base/limits.h"

/* Sets the offsets; returns the size. Rounds end early at the deadline or an interrupt; nodes are not counted. */
int64_t arena_guess(struct arena_buffer *b, int buffers, int rounds, const struct limits *limits);

#endif
