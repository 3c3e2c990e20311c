#include <lifetimebound.h>
#include <ptrcheck.h>
#include <stdint.h>

// Checksums and digests by the processor's own instructions, and numbers as they lie in bytes.

/// Takes bytes into a CRC-32C that is neither inverted before nor after.
uint32_t cohort_crc32c(uint32_t crc, const uint8_t *__counted_by(count) bytes __noescape,
                       int64_t count);

/// Whether ``cohort_sha256`` may be called.
int32_t cohort_has_sha(void);

/// Takes whole blocks of 64 bytes into the eight words of a SHA-256.
void cohort_sha256(uint32_t *__counted_by(words) state __noescape, int32_t words,
                   const uint8_t *__counted_by(count) bytes __noescape, int64_t count);

/// Takes numbers out of their little-endian bytes; as many as both have room for.
void cohort_floats_of_bytes(const uint8_t *__counted_by(count) bytes __noescape, int64_t count,
                            float *__counted_by(room) floats __noescape, int64_t room);

/// Puts numbers into little-endian bytes; as many as both have room for.
void cohort_bytes_of_floats(const float *__counted_by(count) floats __noescape, int64_t count,
                            uint8_t *__counted_by(room) bytes __noescape, int64_t room);

/// The same of whole numbers of 64 bits.
void cohort_words_of_bytes(const uint8_t *__counted_by(count) bytes __noescape, int64_t count,
                           int64_t *__counted_by(room) words __noescape, int64_t room);

void cohort_bytes_of_words(const int64_t *__counted_by(count) words __noescape, int64_t count,
                           uint8_t *__counted_by(room) bytes __noescape, int64_t room);

/// Whether all numbers are finite that stand in their little-endian bytes.
int32_t cohort_are_finite(const uint8_t *__counted_by(count) bytes __noescape, int64_t count);
