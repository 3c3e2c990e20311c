#include <string.h>

#include "CImages.h"

typedef int32_t numbers __attribute__((vector_size(16)));
typedef uint8_t bytes __attribute__((vector_size(4)));

__attribute__((target("sse4.1")))
int32_t cohort_image_planes(const uint8_t *__counted_by(count) pixels __noescape, int64_t count,
                            int64_t channels,
                            uint8_t *__counted_by(room) target __noescape, int64_t room) {
    if (channels < 1 || count % channels != 0 || room != count) return 0;
    int64_t area = count / channels;
    if (channels == 3) {
        uint8_t *red = target, *green = target + area, *blue = green + area;
#pragma clang loop vectorize(assume_safety)
        for (int64_t i = 0; i < area; i++) {
            red[i] = pixels[3 * i];
            green[i] = pixels[3 * i + 1];
            blue[i] = pixels[3 * i + 2];
        }
        return 1;
    }
    for (int64_t channel = 0; channel < channels; channel++)
        for (int64_t i = 0; i < area; i++)
            target[channel * area + i] = pixels[channels * i + channel];
    return 1;
}

static uint8_t byte(int32_t sum, int32_t bits) {
    sum >>= bits;
    return sum < 0 ? 0 : sum > 255 ? 255 : (uint8_t)sum;
}

/// The channels of the colour at `pixel`.
__attribute__((target("sse4.1"), always_inline))
static inline numbers colour(uint32_t word) {
    bytes values;
    memcpy(&values, &word, 4);
    return __builtin_convertvector(values, numbers);
}

/// The weighted sums of the channels of colours. Each but the last is read with the byte behind it.
__attribute__((target("sse4.1"), always_inline))
static inline numbers blended(const uint8_t *pixel, const int32_t *weights, int32_t count,
                              int32_t half) {
    numbers sum = {half, half, half, half};
    uint32_t word = 0;
    for (int32_t tap = 0; tap + 1 < count; tap++, pixel += 3) {
        memcpy(&word, pixel, 4);
        sum += colour(word) * weights[tap];
    }
    if (count > 0) {
        word = (uint32_t)pixel[0] | (uint32_t)pixel[1] << 8 | (uint32_t)pixel[2] << 16;
        sum += colour(word) * weights[count - 1];
    }
    return sum;
}

__attribute__((target("sse4.1")))
int32_t cohort_image_rows(const uint8_t *__counted_by(count) pixels __noescape, int64_t count,
                          int64_t width, int64_t channels,
                          const int32_t *__counted_by(columns) starts __noescape, int64_t columns,
                          const int32_t *__counted_by(same) counts __noescape, int64_t same,
                          const int32_t *__counted_by(taps) weights __noescape, int64_t taps,
                          int32_t bits,
                          uint8_t *__counted_by(room) target __noescape, int64_t room) {
    if (width < 1 || channels < 1 || columns < 1 || same != columns || bits < 1) return 0;
    int64_t stride = taps / columns, rows = room / (columns * channels);
    if (rows * columns * channels != room || rows * width * channels > count) return 0;
    for (int64_t i = 0; i < columns; i++)
        if (starts[i] < 0 || counts[i] < 0 || counts[i] > stride || starts[i] + counts[i] > width)
            return 0;
    int32_t half = 1 << (bits - 1);
    for (int64_t row = 0; row < rows; row++) {
        const uint8_t *source = pixels + row * width * channels;
        for (int64_t i = 0; i < columns; i++) {
            const uint8_t *first = source + starts[i] * channels;
            const int32_t *own = weights + i * stride;
            if (channels == 3) {
                numbers sum = blended(first, own, counts[i], half);
                for (int channel = 0; channel < 3; channel++) *target++ = byte(sum[channel], bits);
                continue;
            }
            for (int64_t channel = 0; channel < channels; channel++) {
                uint32_t sum = (uint32_t)half;
                for (int32_t tap = 0; tap < counts[i]; tap++)
                    sum += (uint32_t)first[tap * channels + channel] * (uint32_t)own[tap];
                *target++ = byte((int32_t)sum, bits);
            }
        }
    }
    return 1;
}
