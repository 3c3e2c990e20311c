#include "CDigests.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

int32_t cohort_inflate(const uint8_t *__counted_by(count) source __noescape, int64_t count,
                       uint8_t *__counted_by(room) target __noescape, int64_t room) {
    if (count > UINT_MAX || room > UINT_MAX) return 0;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    stream.next_in = (Bytef *)source;
    stream.avail_in = (uInt)count;
    stream.next_out = target;
    stream.avail_out = (uInt)room;
    if (inflateInit2(&stream, -15) != Z_OK) return 0;
    int status = inflate(&stream, Z_FINISH);
    int whole = status == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
    inflateEnd(&stream);
    return whole;
}

uint32_t cohort_crc32(const uint8_t *__counted_by(count) bytes __noescape, int64_t count) {
    return (uint32_t)crc32_z(0, bytes, (z_size_t)count);
}
