/* fft_transform.h - Fourier transforms of N x N tiles of real pixels, over channels that lie together (HWC).
 *
 * Of the frequencies (u, v), u < N, the symmetry of real signals leaves v <= N / 2: N (N / 2 + 1) positions, x = u (N /
 * 2 + 1) + v, which lie `step` floats apart; the imaginary parts lie `channels` floats after the real ones. Sixteen
 * channels go side by side, radix 2, in plain loops that are compiled once for each instruction set. */
#ifndef KERNELS_CONV_FFT_TRANSFORM_H
#define KERNELS_CONV_FFT_TRANSFORM_H
#include <stdbool.h>
#include <stddef.h>

#include "kernels/activation.h"

#define FFT_MAX 32 /* largest N; a power of 2, as N is */

struct fft_tile {
    int N, tall, wide; /* tall x wide outputs of a tile */
    int channels;
    size_t step;
    const float *bias; /* [channels] or NULL */
    struct activation activation;
};

/* to[x * step + c], to[x * step + channels + c] from pixel[N * N]. */
void fft_input(const struct fft_tile *t, float *to, const float *const *pixel);
/* pixel[tall * wide], NULL where the tile sticks out of the image, from from[x * step + m]; with bias and activation. */
void fft_output(const struct fft_tile *t, float *const *pixel, const float *from);

/* cos and sin of 2 pi k / N. */
double fft_cos(int k, int N);
double fft_sin(int k, int N);

#endif
