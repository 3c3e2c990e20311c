#include <lifetimebound.h>
#include <ptrcheck.h>
#include <stdint.h>

// Checksums and digests by the processor's own instructions, and numbers from and to their bytes.

/// Adds bytes to a CRC-32C, which is inverted neither before nor after.
uint32_t cohort_crc32c(uint32_t crc, const uint8_t *__counted_by(count) bytes __noescape,
                       int64_t count);

/// Whether the processor has what ``cohort_sha256`` needs: 1 or 0.
int32_t cohort_has_sha(void);

/// Adds whole blocks of 64 bytes to the eight words of a SHA-256. Needs ``cohort_has_sha``.
void cohort_sha256(uint32_t *__counted_by(words) state __noescape, int32_t words,
                   const uint8_t *__counted_by(count) bytes __noescape, int64_t count);

/// Adds signed 64-bit integers in little-endian bytes to others, as many as both arrays hold, and
/// wraps around where a sum does not fit.
void cohort_add_words(const uint8_t *__counted_by(count) bytes __noescape, int64_t count,
                      int64_t *__counted_by(room) sums __noescape, int64_t room);

/// Whether all float32 numbers in little-endian bytes are finite: 1 or 0.
int32_t cohort_are_finite(const uint8_t *__counted_by(count) bytes __noescape, int64_t count);

/// Inflates a raw deflate stream, which must be all of `source`, into exactly all of `target`.
/// Returns 1, or 0 where the two do not agree.
int32_t cohort_inflate(const uint8_t *__counted_by(count) source __noescape, int64_t count,
                       uint8_t *__counted_by(room) target __noescape, int64_t room);

/// The CRC-32 of the bytes.
uint32_t cohort_crc32(const uint8_t *__counted_by(count) bytes __noescape, int64_t count);
