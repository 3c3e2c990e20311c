#include "CDigests.h"

#include <immintrin.h>
#include <string.h>

/// The product of two polynomials modulo Castagnoli's, the highest bit standing for x^0.
static uint32_t product(uint32_t left, uint32_t right) {
    uint32_t sum = 0;
    for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
        if (left & bit) sum ^= right;
        right = right & 1 ? right >> 1 ^ 0x82F63B78 : right >> 1;
    }
    return sum;
}

/// The instruction takes three cycles, and one can begin in each cycle, so long inputs are read at
/// three places at once. A checksum is moved over the bytes that follow by a product with x^8 for
/// each.
__attribute__((target("sse4.2")))
uint32_t cohort_crc32c(uint32_t crc, const uint8_t *bytes, int64_t count) {
    const int64_t lane = 1 << 14;
    int64_t index = 0;
    if (count >= 3 * lane) {
        uint32_t shift = 1u << 23;
        for (int64_t length = 1; length < lane; length *= 2) shift = product(shift, shift);
        for (; index + 3 * lane <= count; index += 3 * lane) {
            uint64_t sums[3] = {crc, 0, 0};
            for (int64_t offset = index; offset < index + lane; offset += 8) {
                for (int place = 0; place < 3; place++) {
                    uint64_t word;
                    memcpy(&word, bytes + offset + place * lane, 8);
                    sums[place] = _mm_crc32_u64(sums[place], word);
                }
            }
            crc = product((uint32_t)sums[0], shift) ^ (uint32_t)sums[1];
            crc = product(crc, shift) ^ (uint32_t)sums[2];
        }
    }
    uint64_t wide = crc;
    for (; index + 8 <= count; index += 8) {
        uint64_t word;
        memcpy(&word, bytes + index, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    crc = (uint32_t)wide;
    for (; index < count; index++) crc = _mm_crc32_u8(crc, bytes[index]);
    return crc;
}

int32_t cohort_has_sha(void) {
    return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1");
}

static const uint32_t k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

__attribute__((target("sha,sse4.1")))
void cohort_sha256(uint32_t *state, int32_t words, const uint8_t *bytes, int64_t count) {
    const __m128i bigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
    for (int64_t block = 0; block + 64 <= count; block += 64) {
        __m128i m[4], abefBefore = abef, cdghBefore = cdgh;
        for (int i = 0; i < 4; i++) {
            __m128i raw = _mm_loadu_si128((const __m128i *)(bytes + block + 16 * i));
            m[i] = _mm_shuffle_epi8(raw, bigEndian);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) {
            __m128i last = m[(i + 3) & 3];
            __m128i sum = _mm_add_epi32(m[i & 3], _mm_loadu_si128((const __m128i *)(k + 4 * i)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
            __m128i next = _mm_sha256msg1_epu32(m[i & 3], m[(i + 1) & 3]);
            next = _mm_add_epi32(next, _mm_alignr_epi8(last, m[(i + 2) & 3], 4));
            m[i & 3] = _mm_sha256msg2_epu32(next, last);
        }
        abef = _mm_add_epi32(abef, abefBefore);
        cdgh = _mm_add_epi32(cdgh, cdghBefore);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

void cohort_add_words(const uint8_t *bytes, int64_t count, int64_t *sums, int64_t room) {
    for (int64_t index = 0; index < room && 8 * index + 8 <= count; index++) {
        uint64_t word;
        memcpy(&word, bytes + 8 * index, 8);
        sums[index] = (int64_t)((uint64_t)sums[index] + word);
    }
}

int32_t cohort_are_finite(const uint8_t *bytes, int64_t count) {
    uint32_t bad = 0;
    for (int64_t index = 0; index + 4 <= count; index += 4) {
        uint32_t bits;
        memcpy(&bits, bytes + index, 4);
        bad |= (bits & 0x7F800000) == 0x7F800000;
    }
    return !bad;
}
