/* fuzz_seeds.h - the readers that are fuzzed: how each is called, and a small valid input to start from. */
#ifndef TESTS_FUZZ_FUZZ_SEEDS_H
#define TESTS_FUZZ_FUZZ_SEEDS_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "experiments/commands/sweep_merge.h"
#include "experiments/measure/merge.h"
#include "experiments/runtime/arena_file.h"
#include "experiments/runtime/image.h"
#include "experiments/runtime/npy.h"
#include "formulation/labels/labels.h"
#include "formulation/plan.h"
#include "formulation/profile_import.h"
#include "formulation/taso.h"
#include "solver/base/memory.h"
#include "solver/base/options.h"
#include "solver/exact/vipr.h"
#include "solver/io/bas.h"
#include "solver/io/lpfile.h"
#include "solver/io/mps.h"
#include "solver/solution.h"
#include "tests/support/harness.h"

/* Outside of Check, its assertions end the program. */
#undef ck_assert_msg
#define ck_assert_msg(holds, ...) ((holds) ? (void)0 : (fprintf(stderr, __VA_ARGS__), exit(2)))
#include "tests/fuzz/fuzz_models.h"
#include "tests/support/invented_profile.h"

enum { FUZZ_LONGEST = 1 << 16 };
static char folder[256], network_path[640], table_path[640], transforms_path[640];

static inline bool read_mps(const char *path, struct error *err) {
    struct model *m = mps_read(path, false, NULL, err);
    model_free(m);
    return m != NULL;
}

static inline bool read_lp(const char *path, struct error *err) {
    struct model *m = lpfile_read(path, false, NULL, err);
    model_free(m);
    return m != NULL;
}

static inline bool read_network(const char *path, struct error *err) {
    struct network *n = network_open(path, err);
    struct network *folded = n ? network_fold(n) : NULL;
    network_free(folded);
    network_free(n);
    return n != NULL;
}

static inline bool read_profile(const char *path, struct error *err) {
    struct profile *p = profile_read(path, err);
    profile_free(p);
    return p != NULL;
}

static inline bool read_profile_shard(const char *path, struct error *err) {
    char copy[256], *part[] = {copy};
    snprintf(copy, sizeof copy, "%s", path);
    struct profile *p = merge_profiles(part, 1, err);
    profile_free(p);
    return p != NULL;
}

static inline bool read_sweep_shard(const char *path, struct error *err) {
    char copy[256], merged[264], *part[] = {copy};
    snprintf(copy, sizeof copy, "%s", path);
    snprintf(merged, sizeof merged, "%s.merged", copy);
    const bool good = sweep_merge(merged, part, 1, err);
    if (good) remove(merged);
    return good;
}

static inline bool read_plan(const char *path, struct error *err) {
    struct plan *p = plan_read(path, err);
    bool good = p != NULL;
    if (p && strcmp(p->network, network_path) == 0) {
        struct network *n = network_read(network_path, err), *folded = n ? network_fold(n) : NULL;
        good =
            folded && plan_match(p, folded, err) && plan_judge(p, folded, NULL, err) && plan_affords(p, folded, 2, err);
        network_free(folded);
        network_free(n);
    }
    plan_free(p);
    return good;
}

static inline bool read_table(const char *path, struct error *err) {
    struct profile *p = profile_import_table(path, NULL, err);
    profile_free(p);
    return p != NULL;
}

static inline bool read_table_2018(const char *path, struct error *err) {
    struct profile *p = profile_import_table(path, transforms_path, err);
    profile_free(p);
    return p != NULL;
}

static inline bool read_transforms(const char *path, struct error *err) {
    struct profile *p = profile_import_table(table_path, path, err);
    profile_free(p);
    return p != NULL;
}

static inline bool read_npy(const char *path, struct error *err) {
    float values[6];
    return npy_read(values, (const int64_t[]){2, 3}, 2, path, err);
}

static inline bool read_image(const char *path, struct error *err) {
    float in[3 * 2 * 2];
    return image_read(in, (struct shape){3, 2, 2}, path, err);
}

static inline bool read_buffers(const char *path, struct error *err) {
    struct arena_file *f = arena_file_read(path, err);
    arena_file_free(f);
    return f != NULL;
}

static inline bool read_options(const char *path, struct error *err) {
    struct options o = options_default();
    return options_read(&o, path, err);
}

static inline struct model *two_columns(void) {
    struct model *m = model_new();
    struct error err;
    model_add_column(m, "x", 1, 0, 4, true);
    model_add_column(m, "y", 1, 0, 4, false);
    model_add_entry(m, model_add_row(m, "r", 1, 3), 0, 1);
    model_finish(m, &err);
    return m;
}

static inline bool read_basis(const char *path, struct error *err) {
    struct model *m = two_columns();
    unsigned char *place = MEMORY_NEW(unsigned char, m->cols + m->rows);
    bool good = bas_read(place, path, m, err);
    free(place);
    model_free(m);
    return good;
}

static inline bool read_solution(const char *path, struct error *err) {
    struct model *m = two_columns();
    double x[2];
    bool good = solution_read(x, path, m, err);
    model_free(m);
    return good;
}

static inline bool read_certificate(const char *path, struct error *err) {
    struct model *m = two_columns();
    struct certificate c;
    bool good = solution_certificate(&c, path, m, err);
    if (good) solution_certificate_clear(&c);
    model_free(m);
    return good;
}

/* Malformed files and false proofs fail alike: what is fuzzed must not crash, and must not prove that 2 is the least. */
static inline bool read_vipr(const char *path, struct error *err) {
    struct model *m = two_columns();
    struct vipr_verdict v;
    const struct limits never = limits_none();
    bool good = vipr_check(&v, path, m, &never, err);
    if (good && v.proven && v.has_lower && v.lower > 1) abort();
    if (good && v.proven && v.claim == VIPR_INFEASIBLE) abort();
    if (good && !v.proven) *err = v.why;
    model_free(m);
    return good && v.proven;
}

#define MPS_TEXT                                                                                                       \
    "NAME          SMALL\nOBJSENSE\n    MAX\nROWS\n N  COST\n L  LIM1\n G  LIM2\n E  MYEQN\n N  OTHER\nCOLUMNS\n    "  \
    "X         COST      "                                                                                             \
    "   1.0   LIM1         1.0\n    X         LIM2         1.0\n    MARKER                 'MARKER'                 "  \
    "'INTORG'\n    Y     "                                                                                             \
    "    COST         4.0   LIM1         1.0\n    Y         MYEQN       -1.0D0\n    MARKER                 'MARKER'  " \
    "               "                                                                                                  \
    "'INTEND'\n    Z         COST         9.0   LIM2         1.0\n    Z         MYEQN        1.0\nRHS\n    RHS       " \
    "COST       -5.0 "                                                                                                 \
    "  LIM1         4.0\n    RHS       LIM2         1.0   MYEQN        7.0\nRANGES\n    RNG       LIM1         "       \
    "2.5\nBOUNDS\n UP BND     "                                                                                        \
    "  X            4.0\n LO BND       Y           -1.0\n UP BND       Y            1.0\n FR BND       Z\nENDATA\n"
#define LP_TEXT                                                                                                        \
    "\\ small\nMaximize\n obj: x + 2 y - 3.5e0 z + 4\nSubject To\n c1: x + y + z <= 10\n c2: -2 <= x - y <= 8\n 3 x "  \
    "+ y >= 2\n c4: y - "                                                                                              \
    "4 z + w = 0\nBounds\n 0 <= x <= 40\n -inf <= y <= 5\n z free\nGeneral\n y\nBinary\n w\nEnd\n"
#define PROTOTXT_TEXT                                                                                                  \
    "name: \"seed\"\ninput: \"data\"\ninput_dim: [1, 3]\ninput_dim: 8\ninput_dim: 8\n"                                 \
    "layer { name: 'c' type: 'Convolution' bottom: 'data' top: 'c'\n"                                                  \
    "  convolution_param { num_output: 4 kernel_size: 3 pad: 1 stride_h: 1 stride_w: 1 } }\n"                          \
    "layers { name: 'r' type: RELU bottom: 'c' top: 'c' relu_param < negative_slope: 0 > }\n"                          \
    "layer { name: 'p' type: 'Pooling' bottom: 'c' top: 'p' pooling_param { pool: AVE kernel_size: 2 stride: 2 } }\n"  \
    "layer { name: 'k' type: 'Concat' bottom: 'p' bottom: 'p' top: 'k' include { phase: TEST } }\n"                    \
    "layer { name: 'i' type: 'InnerProduct' bottom: 'k' top: 'i' inner_product_param { num_output: 5 } } # end\n"
#define NET_TEXT                                                                                                       \
    "data input - c=3 h=8 w=8\nconv1 conv data m=4 k=3 p=1\nrelu1 relu conv1\npool1 maxpool relu1 k=2 s=2\nconv2 "     \
    "conv pool1 m=6 k=1\n"                                                                                             \
    "conv3 conv pool1 m=6 k=3 p=1\nsum add conv2,conv3\nfc fc sum m=5\nprob softmax fc\n"
#define TABLE_TEXT                                                                                                     \
    "c,k,im,f,s,chw-to-chw,chw-to-hcw,hwc-to-chw,direct-sum2d,im2col-scan-ab-ki\n3,4,9,3,1,70,100,7,5000,0\n3,8,9,5,"  \
    "2,71,300,0,6000,700\n"
#define TABLE_2018_TEXT                                                                                                \
    "KERNELS, 4, 8\nCHANNELS, 3, 4\nSTRIDE, 1, 1\nWIDTH, 9, 9\nHEIGHT, 9, 9\nK, 3, 3\nSPARSITY, 0, 0\ndirect-sum2d, "  \
    "500, 600\n"                                                                                                       \
    "im2col-scan-ab-ki, 300, 0\n"
#define TRANSFORMS_TEXT "CHANNELS, 3, 4\nWIDTH, 9, 9\nHEIGHT, 9, 9\nchw-to-hwc, 10.4, 12.6\nhwc-to-hwc, 1, 1\n"
#define VIPR_TEXT                                                                                                       \
    "% a proof\nVER 1.1\nVAR 2\nx y\nINT 1\n0\nOBJ min\n2 0 1 1 1\nCON 6 4\nb0 G 0 1 0 1\nb1 L 4 1 0 1\nb2 G 0 1 1 1\n" \
    "b3 L 4 1 1 1\nr4 G 1 1 0 1\nr5 L 3 1 0 1\nRTP range 1 1\nSOL 1\nbest 1 0 1\nDER 6\na6 L 1 1 0 1 { asm } 11\n"      \
    "d7 G 1 OBJ { lin 2 4 1 2 1 } 11\na8 G 2 1 0 1 { asm } 11\nd9 G 2 1 0 1 { rnd 1 8 1 } 10\n"                         \
    "d10 G 1 OBJ { lin 2 9 1 2 1 } 11\nd11 G 1 OBJ { uns 7 6 10 8 } -1\n"
#define NPY_TEXT                                                                                                       \
    "\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }                          "   \
    "                  "                                                                                               \
    "              \n\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40\0\0\xa0\x40\0\0\xc0\x40"

#define SWEEP_SHARD_TEXT                                                                                               \
    "# format: taso-sweep 1\n# commit: c\n# profile: p\n# digest: d\n# shard: 1/1\n# sweep: all\n"                     \
    "network\tprofile\tmethod\tbudget_bytes\nn\tp\ttaso\t8\nn\tp\ttaso\t4\nn\tp\tlabels\t8\n# rows: 3\n"
#define PROFILE_SHARD_TEXT                                                                                             \
    "# format: taso-profile 2\n# shard: 1/1\n"                                                                         \
    "kind\tscenario\tname\tfrom\tto\tmedian_ns\tmin_ns\tspread_ns\truns\tworkspace_bytes\tweights_bytes\n"             \
    "conv\t3,8,8,4,3,1,1\tdirect-sum2d\tchw\tchw\t9\tnan\tnan\t1\t0\t432\n# rows: 1\n"

struct reader {
    const char *name, *ending;
    bool (*read)(const char *path, struct error *err);
    const char *command; /* of a program given the file: %s is the file, then the output; or NULL */
    const char *seed;
    size_t length; /* 0: a text */
    /* Whose coverage the corpus is measured by (make fuzz-coverage); NULL: another reader's. FILE:FUNCTION,FUNCTION leaves
     * functions out that such a file does not reach: of built-in networks and their names, and of models. */
    const char *sources;
};

#define MPS_SOURCES                                                                                                    \
    "solver/io/mps.c solver/io/mps_bounds.c solver/io/mps_columns.c solver/io/mps_fields.c solver/io/mps_rows.c "      \
    "solver/io/mps_logic.c solver/io/mps_sides.c"
#define LP_SOURCES                                                                                                     \
    "solver/io/lpfile.c solver/io/lpfile_bounds.c solver/io/lpfile_expression.c solver/io/lpfile_rows.c "              \
    "solver/io/lpfile_scan.c"
#define VIPR_SOURCES                                                                                                   \
    "solver/exact/vipr.c solver/exact/vipr_claim.c solver/exact/vipr_derive.c solver/exact/vipr_model.c "              \
    "solver/exact/vipr_row.c solver/exact/vipr_scan.c"
#define IMPORT(name) "formulation/import/" name ".c "

static struct reader readers[] = {
    {"mps", "mps", read_mps, "milp '%s' --quiet --write '%s'", MPS_TEXT, .sources = MPS_SOURCES},
    {"lp", "lp", read_lp, "milp '%s' --quiet --write '%s'", LP_TEXT, .sources = LP_SOURCES},
    {"net", "net", read_network, NULL, NET_TEXT,
     .sources = "formulation/network_read.c:read_from_memory,network_sketched,read_model,network_open "
                "formulation/network_op.c formulation/network_shape.c"},
    {"profile", "tsv", read_profile,
     "taso sweep --network %%s --profile '%s' --quiet --budgets none --methods taso -o '%s'", NULL,
     .sources = "formulation/profile_text.c"},
    {"plan", "plan", read_plan, NULL, NULL, .sources = "formulation/plan_text.c formulation/plan_match.c"},
    {"table", "csv", read_table, "taso profile-import '%s' --quiet -o '%s'", TABLE_TEXT,
     .sources = "formulation/profile_import.c"},
    {"table-2018", "csv", read_table_2018, NULL, TABLE_2018_TEXT},
    {"npy", "npy", read_npy, NULL, NPY_TEXT, sizeof NPY_TEXT - 1, "experiments/runtime/npy.c"},
    {"ppm", "ppm", read_image, NULL, "P6\n# two by two\n2 2\n255\nabcdefghijkl",
     .sources = "experiments/runtime/image.c"},
    {"options", "opt", read_options, NULL, "# options\ntime_limit = 10\npresolve = off\npricing=devex\n",
     .sources = "solver/base/options.c"},
    {"solution", "sol", read_solution, NULL, "# format: milp solution 1\n# objective: 4\nx 1\ny 2.5\n",
     .sources = "solver/solution.c"},
    {"basis", "bas", read_basis, NULL, "NAME m\n XU x r\n UL y 2.5\nENDATA\n", .sources = "solver/io/bas.c"},
    {"transforms", "csv", read_transforms, NULL, TRANSFORMS_TEXT},
    {"certificate", "cert", read_certificate, NULL, "# format: milp solution 1\n# kind: infeasible\nr -1.5\n"},
    {"vipr", "vipr", read_vipr, NULL, VIPR_TEXT, .sources = VIPR_SOURCES},
    {"profile-streamed", "tsv", read_profile,
     "taso frontier --network %%s --profile '%s' --memory-model peak --streaming on --quiet -o '%s'", NULL},
    {"plan-streamed", "plan", read_plan, NULL, NULL, .sources = "formulation/plan_judge.c"},
    {"buffers", "csv", read_buffers, "taso arena '%s' --quiet --time-limit 1 -o '%s'",
     "id,lower,upper,size,alignment\na,0,3,40,4\nb,1,5,16,16\nc,3,6,7,1\n",
     .sources = "experiments/runtime/arena_file.c"},
    {"profile-shard", "tsv", read_profile_shard, "taso profile-merge '%s' --quiet -o '%s'", PROFILE_SHARD_TEXT,
     .sources = "experiments/measure/merge.c"},
    {"sweep-shard", "tsv", read_sweep_shard, "taso profile-merge '%s' --quiet -o '%s'", SWEEP_SHARD_TEXT,
     .sources = "experiments/commands/sweep_merge.c"},
    {"prototxt", "prototxt", read_model, "taso import '%s' --quiet -o '%s'", PROTOTXT_TEXT,
     .sources = IMPORT("caffe") IMPORT("caffe_layers") IMPORT("textproto")},
    {"caffemodel", "caffemodel", read_caffemodel, NULL, NULL, .sources = IMPORT("caffe_weights") IMPORT("wire")},
    {"onnx", "onnx", read_model, "taso import '%s' --quiet -o '%s'", NULL,
     .sources = IMPORT("onnx") IMPORT("onnx_activations") IMPORT("onnx_attributes") IMPORT("onnx_constants")
         IMPORT("onnx_files") IMPORT("onnx_joints") IMPORT("onnx_layers") IMPORT("onnx_parts") IMPORT("onnx_shapes")
             IMPORT("onnx_values") IMPORT("onnx_weights") IMPORT("sketch") IMPORT("window")},
    {"tflite", "tflite", read_model, "taso import '%s' --quiet -o '%s'", NULL,
     .sources = IMPORT("flatbuffer") IMPORT("tflite") IMPORT("tflite_activations") IMPORT("tflite_joints")
         IMPORT("tflite_layers") IMPORT("tflite_parts") IMPORT("tflite_shapes") IMPORT("tflite_values")
             IMPORT("tflite_weights")},
};
enum { READERS = sizeof readers / sizeof readers[0] };

static inline char *load(const char *path, size_t *length) {
    FILE *in = fopen(path, "rb");
    char *bytes = MEMORY_NEW(char, FUZZ_LONGEST);
    *length = in ? fread(bytes, 1, FUZZ_LONGEST, in) : 0;
    if (in) fclose(in);
    return bytes;
}

static inline void store(const char *path, const char *bytes, size_t length) {
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(bytes, 1, length, out) != length || fclose(out) != 0) {
        perror(path);
        exit(2);
    }
}

static inline struct reader *reader_named(const char *name) {
    int k = 0;
    while (k < READERS && strcmp(readers[k].name, name) != 0) k++;
    if (k < READERS) return &readers[k];
    fprintf(stderr, "fuzz: no reader `%s`\n", name);
    exit(2);
}

/* seed.plan, which tests/experiments/test_error_paths.c reads too, and seed-streamed.plan. */
static inline void seed_plan(const char *reader, struct plan *plan, struct error *err) {
    char path[640];
    struct reader *r = reader_named(reader);
    snprintf(path, sizeof path, "%s/seed%s.plan", folder, reader + strlen("plan"));
    if (!plan || !plan_write(plan, path, err)) {
        fprintf(stderr, "fuzz: cannot make a valid plan to start from: %s\n", err->text);
        exit(2);
    }
    r->seed = load(path, &r->length);
    plan_free(plan);
}

static inline void seed_profile(const char *reader, const struct profile *profile) {
    struct reader *r = reader_named(reader);
    r->seed = load(profile->path, &r->length);
    if (r->length < FUZZ_LONGEST) return;
    fprintf(stderr, "fuzz: %s is too long a seed\n", profile->path);
    exit(2);
}

/* Direct loops only, so that the file is short; layers by rows too. */
static inline struct profile *streamed_profile(const char *path) {
    struct profile *all = invented_streamed_profile(path, network_path, 7), *few = profile_new();
    struct error err = {""};
    for (int i = 0; i < all->rows; i++) {
        const struct profile_row *r = &all->row[i];
        const bool conv = primitive_find(r->name) != NULL;
        if (!conv || strcmp(r->name, "direct-sum2d") == 0 || strcmp(r->name, "direct-hwc") == 0) profile_add(few, r);
    }
    profile_free(all);
    if (profile_write(few, path, &err)) return few;
    fprintf(stderr, "fuzz: %s\n", err.text);
    exit(2);
}

/* The plan of least memory has segments. */
static inline void make_streamed_seeds(const struct network *folded, const char *path) {
    struct error err = {""};
    struct profile *profile = streamed_profile(path);
    struct instance *g = instance_new(folded, profile, 1, &err);
    struct request q = methods_request();
    struct frontier f = {0};
    q.model = MEMORY_PEAK;
    q.streaming = STREAMING_ON;
    if (g) instance_stream(g);
    if (!g || !labels_frontier(&f, g, &q, 0, &err) || f.points == 0 || f.point[0].streams.count == 0) {
        fprintf(stderr, "fuzz: cannot stream the network to start from: %s\n", err.text);
        exit(2);
    }
    seed_profile("profile-streamed", profile);
    seed_plan("plan-streamed",
              plan_new_streamed(g, f.point[0].choice, &f.point[0].streams, network_path, "labels", q.model,
                                q.conversions, q.budget_bytes),
              &err);
    frontier_free(&f);
    instance_free(g);
    profile_free(profile);
}

/* Models that a writer of the tests puts together, with weights. */
static inline void make_model_seeds(void) {
    char onnx_path[640], outside[640];
    struct reader *r = reader_named("caffemodel");
    snprintf(outside, sizeof outside, "%s/" ONNX_OUTSIDE, folder);
    onnx_outside(outside, 200);
    snprintf(prototxt_path, sizeof prototxt_path, "%s/seed.prototxt", folder);
    snprintf(onnx_path, sizeof onnx_path, "%s/seed.onnx", folder);
    store(prototxt_path, CAFFE_TEXT, strlen(CAFFE_TEXT));
    r->seed = caffe_seed(&r->length);
    r = reader_named("onnx");
    r->seed = onnx_seed(&r->length, onnx_path, 11, ONNX_WORDS);
    r = reader_named("tflite");
    r->seed = tflite_seed(&r->length, TFLITE_WORDS);
}

/* The valid profiles and plans are those of the small network. */
static inline void make_seeds(void) {
    char profile_path[640], streamed_path[640];
    struct error err = {""};
    snprintf(network_path, sizeof network_path, "%s/seed.net", folder);
    snprintf(profile_path, sizeof profile_path, "%s/seed.tsv", folder);
    snprintf(streamed_path, sizeof streamed_path, "%s/streamed.tsv", folder);
    snprintf(table_path, sizeof table_path, "%s/seed-2018.csv", folder);
    snprintf(transforms_path, sizeof transforms_path, "%s/seed-transforms.csv", folder);
    store(network_path, NET_TEXT, strlen(NET_TEXT));
    store(table_path, TABLE_2018_TEXT, strlen(TABLE_2018_TEXT));
    store(transforms_path, TRANSFORMS_TEXT, strlen(TRANSFORMS_TEXT));
    struct profile *profile = invented_profile(profile_path, network_path, 7);
    struct network *network = network_read(network_path, &err), *folded = network ? network_fold(network) : NULL;
    struct instance *g = folded ? instance_new(folded, profile, 1, &err) : NULL;
    struct request q = methods_request();
    struct answer a = {0};
    bool made = g && taso_run(&a, g, &q, NULL, &err);
    make_model_seeds();
    seed_profile("profile", profile);
    seed_plan("plan", made ? plan_new(g, a.choice, network_path, "taso", q.model, q.conversions, q.budget_bytes) : NULL,
              &err);
    make_streamed_seeds(folded, streamed_path);
    free(a.choice);
    instance_free(g);
    network_free(folded);
    network_free(network);
    profile_free(profile);
}

#endif
