#include <lifetimebound.h>
#include <ptrcheck.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/// Inflates a whole gzip stream of one or more members from `source` into `target`.
/// Returns the number of bytes written, -1 for damaged input, -2 where `target` is too small.
static inline int64_t cohort_gunzip(const uint8_t *__counted_by(source_count) source __noescape,
                                    int32_t source_count,
                                    uint8_t *__counted_by(target_count) target __noescape,
                                    int32_t target_count) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    stream.next_in = (Bytef *)source;
    stream.avail_in = (uInt)source_count;
    stream.next_out = target;
    stream.avail_out = (uInt)target_count;
    if (inflateInit2(&stream, 15 + 16) != Z_OK) return -1;
    int status;
    do {
        status = inflate(&stream, Z_FINISH);
        if (status == Z_STREAM_END && stream.avail_in > 0) {
            status = inflateReset(&stream);
        } else if (status == Z_OK) {
            status = Z_BUF_ERROR;
        }
    } while (status == Z_OK);
    int full = status == Z_BUF_ERROR && stream.avail_out == 0;
    int64_t written = (int64_t)target_count - stream.avail_out;
    inflateEnd(&stream);
    return status == Z_STREAM_END ? written : full ? -2 : -1;
}
