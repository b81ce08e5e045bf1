/* arena_orders.h - offsets by placing one buffer after another, at the lowest or the highest free offset.
 *
 * Orders: most aligned, largest, longest-lived, by step, each once all low and once alternately low and high. Then
 * `rounds` times what ends highest, or any other buffer, is moved towards the front and to the other side (fixed seed),
 * restarting from the best every 20 rounds. Ends as soon as the bound is reached. */
#ifndef EXPERIMENTS_RUNTIME_ARENA_ORDERS_H
#define EXPERIMENTS_RUNTIME_ARENA_ORDERS_H
#include "experiments/runtime/arena.h"

int64_t arena_guess(struct arena_buffer *b, int buffers, int rounds); /* sets the offsets; returns the size */

#endif
