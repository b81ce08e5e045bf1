#include "tests/bench/bench_peers.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

#ifdef BENCH_OPENBLAS
#include <cblas-openblas.h>

bool peer_blas_here(void) {
    return true;
}
void peer_sgemm(int m, int n, int k, const float *a, const float *b, float *c) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
}
static void peer_blas_init(void) {
    openblas_set_num_threads(1);
}
/* "OpenBLAS 0.3.21 ...", and which kernels it chose. */
static void peer_blas_version(char *text, size_t room) {
    char name[32] = "", number[32] = "";
    sscanf(openblas_get_config(), "%31s %31s", name, number);
    snprintf(text, room, "%s %s with kernels for %s", name, number, openblas_get_corename());
}
#else
bool peer_blas_here(void) {
    return false;
}
void peer_sgemm(int m, int n, int k, const float *a, const float *b, float *c) {
    (void)m, (void)n, (void)k, (void)a, (void)b, (void)c;
}
static void peer_blas_init(void) {
    fputs("OpenBLAS is not here: apt-get install libopenblas-dev\n", stderr);
}
static void peer_blas_version(char *text, size_t room) {
    snprintf(text, room, "no OpenBLAS");
}
#endif

#define PEER(symbol, name, package) extern const struct peer peer_##symbol;
#include "tests/bench/peers.def"

const struct peer *const peers[PEERS] = {
#define PEER(symbol, name, package) &peer_##symbol,
#include "tests/bench/peers.def"
};
const char *const peer_names[PEERS] = {
#define PEER(symbol, name, package) name,
#include "tests/bench/peers.def"
};
static const char *const packages[PEERS] = {
#define PEER(symbol, name, package) package,
#include "tests/bench/peers.def"
};

const char *peer_versions(void) {
    static char text[(PEERS + 2) * (PEER_TEXT + 2)];
    peer_blas_version(text, 2 * PEER_TEXT);
    for (int i = 0; i < PEERS; i++) {
        char one[PEER_TEXT];
        snprintf(one, sizeof one, "no %s", peer_names[i]);
        if (peers[i]->init) peers[i]->version(one);
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "; %s", one);
    }
    return text;
}

void peers_init(void) {
    omp_set_num_threads(1);
    peer_blas_init();
    for (int i = 0; i < PEERS; i++)
        if (peers[i]->init)
            peers[i]->init();
        else
            fprintf(stderr, "%s is not here: apt-get install %s\n", peer_names[i], packages[i]);
}
