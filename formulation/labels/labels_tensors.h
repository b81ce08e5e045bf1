/* labels_tensors.h - when tensors are read, and what one of them is in a state (formulation/labels/labels_states.h). */
#ifndef FORMULATION_LABELS_LABELS_TENSORS_H
#define FORMULATION_LABELS_LABELS_TENSORS_H
#include "formulation/instance.h"

/* A tensor in memory. Layouts are bits: of the original, and of copies. */
struct labels_tensor {
    unsigned char out;  /* layout of the original */
    unsigned char held; /* bits: in memory */
    unsigned char made; /* bits: in memory now or before */
};

struct labels_tensors {
    const struct instance *g;
    int *readers_left; /* [edges] edges of the same tensor after this one */
    bool *again;       /* [edges] a later edge of the same node reads the same tensor */
    int *first; /* [nodes + 2] live[first[v] .. first[v + 1]): tensors made before node v and read by it or later */
    int *live;  /* nodes, ascending */
    int64_t *outputs; /* [nodes + 1] bytes of the tensors made before node v that nothing reads */
};

void labels_tensors_init(struct labels_tensors *t, const struct instance *g);
void labels_tensors_free(struct labels_tensors *t);

static inline unsigned char labels_tensors_bit(int layout) {
    return (unsigned char)(1u << layout);
}
int labels_tensors_count(unsigned char bits);
/* All of it in one byte. Without the original, copies that are never used again are not distinguished, since none can
 * be made. */
unsigned char labels_tensors_pack(const struct labels_tensor *t);
struct labels_tensor labels_tensors_unpack(unsigned char packed);

#endif
