/* Error of the convolution primitives on typical layers, by algorithm, with the tolerance that the tests use.
 *
 *     accuracy_kernels [--isa NAME] [SCENARIO...]
 *
 * error = max |y - y_double| / max |y_double| over all outputs; inputs are uniform in [0, 1) like what a ReLU leaves,
 * weights in [-1, 1), no bias. A row for each algorithm and scenario: the primitive with the largest error, and the
 * median of all of them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "solver/base/memory.h"
#include "solver/base/provenance.h"
#include "tests/bench/bench_data.h"

static const char *const typical[] = {"64,56,56,64,3,1,1",  "256,14,14,256,3,1,1", "48,27,27,128,5,1,2",
                                      "3,113,113,64,7,2,3", "256,28,28,64,1,1,0",  "64,28,28,64,3,1,1,64"};
#define TYPICAL ((int)(sizeof typical / sizeof typical[0]))

/* M x OH x OW, in double. */
static double *reference(const struct scenario *s, const float *in, const float *weights) {
    const int OH = scenario_out_h(s), OW = scenario_out_w(s), C = s->C / s->groups, M = s->M / s->groups;
    double *out = MEMORY_NEW(double, (size_t)s->M *(size_t)OH *(size_t)OW);
    for (int m = 0; m < s->M; m++)
        for (int c = 0; c < C; c++)
            for (int kh = 0; kh < s->KH; kh++)
                for (int kw = 0; kw < s->KW; kw++) {
                    const double w = (double)weights[((m * C + c) * s->KH + kh) * s->KW + kw];
                    for (int oh = 0; oh < OH; oh++) {
                        const int h = oh * s->stride - s->pad.top + kh * s->dilation;
                        if (h < 0 || h >= s->H) continue;
                        const float *row = in + ((size_t)(m / M * C + c) * (size_t)s->H + (size_t)h) * (size_t)s->W;
                        double *to = out + ((size_t)m * (size_t)OH + (size_t)oh) * (size_t)OW;
                        for (int ow = 0; ow < OW; ow++) {
                            const int x = ow * s->stride - s->pad.left + kw * s->dilation;
                            if (x >= 0 && x < s->W) to[ow] += w * (double)row[x];
                        }
                    }
                }
    return out;
}

static double error_of(const struct primitive *p, const struct scenario *s, const float *in, const float *weights,
                       const double *right) {
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    float *out = bench_room(out_floats(s)), *turned = bench_room(in_floats(s));
    for (int c = 0; c < s->C; c++)
        for (int h = 0; h < s->H; h++)
            for (int w = 0; w < s->W; w++)
                turned[layout_index(p->in, s->C, s->H, s->W, c, h, w)] =
                    in[layout_index(LAYOUT_CHW, s->C, s->H, s->W, c, h, w)];
    float *stored = bench_room(primitive_weights(p, s) / 4), *workspace = bench_room(primitive_workspace(p, s, 1) / 4);
    primitive_prepare(p, s, stored, weights);
    primitive_run(p, s, out, turned, stored, NULL, activation_of(ACTIVATION_NONE), workspace, 1);
    double error = 0, most = 0;
    for (int m = 0; m < s->M; m++)
        for (int oh = 0; oh < OH; oh++)
            for (int ow = 0; ow < OW; ow++) {
                const double y = right[layout_index(LAYOUT_CHW, s->M, OH, OW, m, oh, ow)];
                error = fmax(error, fabs(y - (double)out[layout_index(p->out, s->M, OH, OW, m, oh, ow)]));
                most = fmax(most, fabs(y));
            }
    free(out), free(turned), free(stored), free(workspace);
    return error / most;
}

static int compare_double(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The primitives of one algorithm on one scenario. */
static void row_of(const struct algorithm *algorithm, const char *text, const struct scenario *s, const float *in,
                   const float *weights, const double *right) {
    double *errors = MEMORY_NEW(double, primitive_count), worst = -1;
    const char *name = "";
    int count = 0;
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *p = &primitives[i];
        if (p->algorithm != algorithm || !primitive_applies(p, s)) continue;
        const double error = errors[count++] = error_of(p, s, in, weights, right);
        if (error > worst) worst = error, name = p->name;
    }
    qsort(errors, (size_t)count, sizeof errors[0], compare_double);
    if (count > 0)
        printf("%s\t%s\t%d\t%.2e\t%.2e\t%.0e\t%s\n", text, algorithm->name, count, errors[count / 2], worst,
               algorithm->tolerance, name);
    free(errors);
}

static bool first_of_its_algorithm(int i) {
    for (int j = 0; j < i; j++)
        if (primitives[j].algorithm == primitives[i].algorithm) return false;
    return true;
}

static bool scenario_rows(const char *text) {
    struct scenario s;
    const char *wrong = scenario_parse(&s, text);
    if (wrong) return fprintf(stderr, "accuracy_kernels: %s: %s\n", text, wrong), false;
    float *in = bench_noise(in_floats(&s)), *weights = bench_noise(raw_floats(&s));
    for (size_t i = 0; i < in_floats(&s); i++) in[i] = 0.5f + 0.5f * in[i];
    double *right = reference(&s, in, weights);
    for (int i = 0; i < primitive_count; i++)
        if (first_of_its_algorithm(i)) row_of(primitives[i].algorithm, text, &s, in, weights, right);
    free(in), free(weights), free(right);
    return true;
}

static void note(void *to, const char *key, const char *value) {
    fprintf(to, "# %s: %s\n", key, value);
}

int main(int argc, char **argv) {
    int first = 1;
    provenance_begin(argc, argv);
    if (argc > 2 && strcmp(argv[1], "--isa") == 0) {
        enum isa isa;
        if (!isa_parse(&isa, argv[2]) || !isa_force(isa)) return fprintf(stderr, "no %s on this CPU\n", argv[2]), 2;
        first = 3;
    }
    puts("# format: taso accuracy 1");
    provenance_each(note, stdout, 1);
    printf("# isa: %s\n", isa_names[isa_current()]);
    puts("scenario\tfamily\tprimitives\tmedian_error\tworst_error\ttolerance\tworst");
    for (int i = 0; first == argc && i < TYPICAL; i++)
        if (!scenario_rows(typical[i])) return 2;
    for (int i = first; i < argc; i++)
        if (!scenario_rows(argv[i])) return 2;
    return 0;
}
