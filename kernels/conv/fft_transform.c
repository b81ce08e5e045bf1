#include <assert.h>

#include "kernels/conv/fft_transform.h"

#include <string.h>

#include "kernels/curve.h"
#include "kernels/isa.h"

#define FFT_BLOCK 16 /* channels side by side */

/* cos(2 pi k / 32) from k = 0; the sine of k is the cosine of k - 8. */
static const double fft_cosine[FFT_MAX] = {1,
                                           0.98078528040323044913,
                                           0.92387953251128675613,
                                           0.83146961230254523708,
                                           0.70710678118654752440,
                                           0.55557023301960222474,
                                           0.38268343236508977173,
                                           0.19509032201612826785,
                                           0,
                                           -0.19509032201612826785,
                                           -0.38268343236508977173,
                                           -0.55557023301960222474,
                                           -0.70710678118654752440,
                                           -0.83146961230254523708,
                                           -0.92387953251128675613,
                                           -0.98078528040323044913,
                                           -1,
                                           -0.98078528040323044913,
                                           -0.92387953251128675613,
                                           -0.83146961230254523708,
                                           -0.70710678118654752440,
                                           -0.55557023301960222474,
                                           -0.38268343236508977173,
                                           -0.19509032201612826785,
                                           0,
                                           0.19509032201612826785,
                                           0.38268343236508977173,
                                           0.55557023301960222474,
                                           0.70710678118654752440,
                                           0.83146961230254523708,
                                           0.92387953251128675613,
                                           0.98078528040323044913};

double fft_cos(int k, int N) {
    return fft_cosine[k * (FFT_MAX / N) % FFT_MAX];
}
double fft_sin(int k, int N) {
    return fft_cosine[(k * (FFT_MAX / N) + FFT_MAX * 3 / 4) % FFT_MAX];
}

/* N values of FFT_BLOCK channels. */
struct fft_line {
    float re[FFT_MAX][FFT_BLOCK], im[FFT_MAX][FFT_BLOCK];
};

#define INLINE static inline __attribute__((always_inline))

INLINE int fft_count(int channels) {
    return channels < FFT_BLOCK ? channels : FFT_BLOCK;
}

/* Decimation in time, in place, from bit-reversed order; sign -1 forward, 1 backward, without the 1 / N. */
INLINE void fft_transform(struct fft_line *x, int N, float sign) {
    for (int size = 2; size <= N; size *= 2)
        for (int start = 0; start < N; start += size)
            for (int k = 0; k < size / 2; k++) {
                const int turn = k * (FFT_MAX / size);
                const float wr = (float)fft_cosine[turn], wi = sign * (float)fft_cosine[(turn + 24) % FFT_MAX];
                float *ar = x->re[start + k], *ai = x->im[start + k];
                float *br = x->re[start + k + size / 2], *bi = x->im[start + k + size / 2];
                for (int v = 0; v < FFT_BLOCK; v++) {
                    const float tr = br[v] * wr - bi[v] * wi, ti = br[v] * wi + bi[v] * wr;
                    br[v] = ar[v] - tr, bi[v] = ai[v] - ti;
                    ar[v] += tr, ai[v] += ti;
                }
            }
}

INLINE int fft_reversed(int i, int N) {
    int r = 0;
    for (int bit = 1; bit < N; bit *= 2, i /= 2) r = 2 * r + (i & 1);
    return r;
}

/* Channels c to c + 16 of a tile's N x N pixels: rows, of which half the frequencies are kept, then columns. */
INLINE void fft_input_body(const struct fft_tile *t, float *to, const float *const *pixel, int c) {
    const int N = t->N, half = N / 2 + 1, count = fft_count(t->channels - c);
    float re[FFT_MAX][FFT_MAX / 2 + 1][FFT_BLOCK], im[FFT_MAX][FFT_MAX / 2 + 1][FFT_BLOCK];
    struct fft_line x;
    for (int h = 0; h < N; h++) {
        for (int w = 0; w < N; w++) {
            float *at = x.re[fft_reversed(w, N)];
            for (int v = 0; v < FFT_BLOCK; v++) at[v] = v < count ? pixel[h * N + w][c + v] : 0;
        }
        memset(x.im, 0, sizeof x.im[0] * (size_t)N);
        fft_transform(&x, N, -1);
        memcpy(re[fft_reversed(h, N)], x.re, sizeof x.re[0] * (size_t)half);
        memcpy(im[fft_reversed(h, N)], x.im, sizeof x.im[0] * (size_t)half);
    }
    for (int w = 0; w < half; w++) {
        for (int h = 0; h < N; h++)
            memcpy(x.re[h], re[h][w], sizeof x.re[h]), memcpy(x.im[h], im[h][w], sizeof x.im[h]);
        fft_transform(&x, N, -1);
        for (int h = 0; h < N; h++) {
            float *at = to + (size_t)(h * half + w) * t->step + c;
            for (int v = 0; v < count; v++) at[v] = x.re[h][v], at[t->channels + v] = x.im[h][v];
        }
    }
}

/* Outputs m to m + 16: columns back, then the rows that are needed, completed by symmetry. */
INLINE void fft_output_body(const struct fft_tile *t, float *const *pixel, const float *from, int m) {
    const int N = t->N, half = N / 2 + 1, count = fft_count(t->channels - m);
    const float scale = 1.0f / (float)(N * N), *bias = t->bias ? t->bias + m : NULL;
    const float low = t->activation.a, high = t->activation.b;
    const bool bounds = activation_bounds(t->activation);
    float re[FFT_MAX][FFT_MAX / 2 + 1][FFT_BLOCK], im[FFT_MAX][FFT_MAX / 2 + 1][FFT_BLOCK];
    struct fft_line x;
    for (int w = 0; w < half; w++) {
        for (int h = 0; h < N; h++) {
            const float *at = from + (size_t)(h * half + w) * t->step + m;
            const int r = fft_reversed(h, N);
            for (int v = 0; v < FFT_BLOCK; v++) x.re[r][v] = v < count ? at[v] : 0;
            for (int v = 0; v < FFT_BLOCK; v++) x.im[r][v] = v < count ? at[t->channels + v] : 0;
        }
        fft_transform(&x, N, 1);
        for (int h = 0; h < t->tall; h++)
            memcpy(re[h][w], x.re[h], sizeof x.re[h]), memcpy(im[h][w], x.im[h], sizeof x.im[h]);
    }
    for (int h = 0; h < t->tall; h++) {
        for (int w = 0; w < N; w++) {
            const int r = fft_reversed(w, N), same = w < half ? w : N - w;
            for (int v = 0; v < FFT_BLOCK; v++) x.re[r][v] = re[h][same][v];
            for (int v = 0; v < FFT_BLOCK; v++) x.im[r][v] = w < half ? im[h][same][v] : -im[h][same][v];
        }
        fft_transform(&x, N, 1);
        for (int w = 0; w < t->wide; w++) {
            float *to = pixel[h * t->wide + w];
            for (int v = 0; v < count && to; v++) {
                const float y = x.re[w][v] * scale + (bias ? bias[v] : 0);
                to[m + v] = bounds ? activation_bounded(y, low, high) : y;
            }
        }
    }
}

#define FFT_INSTANCE(isa, target)                                                                                      \
    target static void fft_input_##isa(const struct fft_tile *t, float *to, const float *const *pixel) {               \
        for (int c = 0; c < t->channels; c += FFT_BLOCK) fft_input_body(t, to, pixel, c);                              \
    }                                                                                                                  \
    target static void fft_output_##isa(const struct fft_tile *t, float *const *pixel, const float *from) {            \
        for (int m = 0; m < t->channels; m += FFT_BLOCK) fft_output_body(t, pixel, from, m);                           \
    }
FFT_INSTANCE(plain, )
#if ISA_HAS_AVX2
FFT_INSTANCE(avx2, ISA_TARGET_AVX2)
#endif
#if ISA_HAS_AVX512
FFT_INSTANCE(avx512, ISA_TARGET_AVX512)
#endif

void fft_input(const struct fft_tile *t, float *to, const float *const *pixel) {
    assert(t->N <= FFT_MAX && t->step >= 2 * (size_t)t->channels);
#if ISA_HAS_AVX512
    if (isa_code() == ISA_AVX512) {
        fft_input_avx512(t, to, pixel);
        return;
    }
#endif
#if ISA_HAS_AVX2
    if (isa_code() == ISA_AVX2) {
        fft_input_avx2(t, to, pixel);
        return;
    }
#endif
    fft_input_plain(t, to, pixel);
}

static void fft_output_bounded(const struct fft_tile *t, float *const *pixel, const float *from) {
#if ISA_HAS_AVX512
    if (isa_code() == ISA_AVX512) {
        fft_output_avx512(t, pixel, from);
        return;
    }
#endif
#if ISA_HAS_AVX2
    if (isa_code() == ISA_AVX2) {
        fft_output_avx2(t, pixel, from);
        return;
    }
#endif
    fft_output_plain(t, pixel, from);
}

void fft_output(const struct fft_tile *t, float *const *pixel, const float *from) {
    assert(t->tall <= t->N && t->wide <= t->N && t->step >= 2 * (size_t)t->channels);
    fft_output_bounded(t, pixel, from);
    for (int i = 0; i < t->tall * t->wide && activation_curves(t->activation); i++)
        if (pixel[i]) curve_block(t->activation, pixel[i], 0, 1, t->channels);
}
