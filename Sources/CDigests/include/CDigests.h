#include <lifetimebound.h>
#include <ptrcheck.h>
#include <stdint.h>

// Checksums and digests by the processor's own instructions.

/// Takes bytes into a CRC-32C that is neither inverted before nor after.
uint32_t cohort_crc32c(uint32_t crc, const uint8_t *__counted_by(count) bytes __noescape,
                       int64_t count);

/// Whether ``cohort_sha256`` may be called.
int32_t cohort_has_sha(void);

/// Takes whole blocks of 64 bytes into the eight words of a SHA-256.
void cohort_sha256(uint32_t *__counted_by(words) state __noescape, int32_t words,
                   const uint8_t *__counted_by(count) bytes __noescape, int64_t count);
