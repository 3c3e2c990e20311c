#include <lifetimebound.h>
#include <ptrcheck.h>
#include <stdint.h>

// PNG images by libpng and JPEG images by libjpeg-turbo, from and to memory. Errors of the
// libraries, which leave by longjmp, end inside these functions.

/// Reads an image's header into `header`, which has room for four numbers: width, height, channels
/// (1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha) and EXIF orientation (1 to 8).
/// Returns 1, 0 for an unknown format, -1 for a damaged file with the reason in `message`.
int32_t cohort_image_header(const uint8_t *__counted_by(count) bytes __noescape, int64_t count,
                            int32_t *__counted_by(fields) header __noescape, int64_t fields,
                            uint8_t *__counted_by(length) message __noescape, int64_t length);

/// Decodes an image to 8 bits a channel, row by row, into exactly all of `target`: width · height ·
/// channels bytes as its header says. Samples of 16 bits are scaled, palettes resolved, CMYK
/// becomes RGB. Returns 1, or -1 for a damaged file with the reason in `message`.
int32_t cohort_image_decode(const uint8_t *__counted_by(count) bytes __noescape, int64_t count,
                            uint8_t *__counted_by(room) target __noescape, int64_t room,
                            uint8_t *__counted_by(length) message __noescape, int64_t length);

/// Encodes 8-bit rows, `width` · `height` · `channels` (1 grey, 3 colour), as a PNG file.
/// Returns the bytes that it takes, at the beginning of `target`; 0 where they are more than `room`
/// or memory is lacking.
int64_t cohort_png_encode(const uint8_t *__counted_by(count) pixels __noescape, int64_t count,
                          int32_t width, int32_t height, int32_t channels,
                          uint8_t *__counted_by(room) target __noescape, int64_t room);

/// Writes the channels of pixels one after the other, all values of the first channel first.
/// Returns 1, or 0 where `target` has not the size of `pixels`, or they are no whole pixels.
int32_t cohort_image_planes(const uint8_t *__counted_by(count) pixels __noescape, int64_t count,
                            int64_t channels,
                            uint8_t *__counted_by(room) target __noescape, int64_t room);

/// Resizes rows of `width` pixels to `columns` pixels each, as many rows as `target` has room for.
/// Target pixel i is the sum of `counts[i]` pixels from `starts[i]` on, each times a weight from
/// `weights[i · taps / columns]` on, rounded to nearest and divided by 2^`bits`, within 0 to 255.
/// Returns 1, or 0 where these numbers lead out of the arrays.
int32_t cohort_image_rows(const uint8_t *__counted_by(count) pixels __noescape, int64_t count,
                          int64_t width, int64_t channels,
                          const int32_t *__counted_by(columns) starts __noescape, int64_t columns,
                          const int32_t *__counted_by(same) counts __noescape, int64_t same,
                          const int32_t *__counted_by(taps) weights __noescape, int64_t taps,
                          int32_t bits,
                          uint8_t *__counted_by(room) target __noescape, int64_t room);
