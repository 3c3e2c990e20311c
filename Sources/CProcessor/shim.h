// What Swift has no access to but through C: the processor's feature bits and its cache.

static inline int cohort_processor_has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }
static inline int cohort_processor_has_fma(void) { return __builtin_cpu_supports("fma") != 0; }
static inline int cohort_processor_has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}

/// Asks for the line of memory at an address, which will be read or written soon.
static inline void cohort_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }
static inline void cohort_prefetch_to_write(const void *address) {
    __builtin_prefetch(address, 1, 2);
}

/// Asks for a line that will be read or written next, so that it comes into the nearest cache.
static inline void cohort_prefetch_next(const void *address) { __builtin_prefetch(address, 0, 3); }

/// Lets the processor rest for a moment in a loop that waits.
static inline void cohort_pause(void) { __builtin_ia32_pause(); }

static inline int cohort_processor_has_vnni(void) {
    return cohort_processor_has_avx512() && __builtin_cpu_supports("avx512vnni");
}

// Products of bytes, which Swift's vectors have no operation for. Each lane of the sums gets four
// products of an unsigned byte of `a` and a signed byte of `b`.
typedef int cohort_int16 __attribute__((vector_size(64)));
typedef float cohort_float16 __attribute__((vector_size(64)));

static inline cohort_float16 cohort_floats(cohort_int16 x) {
    return __builtin_convertvector(x, cohort_float16);
}

/// −x, which becomes a part of a product that is added: for Swift's vectors it is 0 − x.
static inline cohort_float16 cohort_negative(cohort_float16 x) { return -x; }

/// Lanes of `yes` where the mask has all bits, of `no` where it has none.
static inline cohort_float16 cohort_select(
    cohort_int16 mask, cohort_float16 yes, cohort_float16 no) {
    return (cohort_float16)((mask & (cohort_int16)yes) | (~mask & (cohort_int16)no));
}

#if defined(__AVX512VNNI__)
#include <immintrin.h>
static inline cohort_int16 cohort_dot_bytes(cohort_int16 sums, cohort_int16 a, cohort_int16 b) {
    return (cohort_int16)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)a, (__m512i)b);
}
static inline cohort_int16 cohort_dot_narrow_bytes(
    cohort_int16 sums, cohort_int16 a, cohort_int16 b) {
    return cohort_dot_bytes(sums, a, b);
}
#elif defined(__AVX2__)
#include <immintrin.h>
typedef union { cohort_int16 whole; __m256i half[2]; } cohort_halves;

/// Exact for all bytes: those of even and of odd numbers apart, as words.
static inline __m256i cohort_dot_half(__m256i sums, __m256i a, __m256i b) {
    const __m256i low = _mm256_set1_epi16(255);
    __m256i even = _mm256_madd_epi16(
        _mm256_and_si256(a, low), _mm256_srai_epi16(_mm256_slli_epi16(b, 8), 8));
    __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(a, 8), _mm256_srai_epi16(b, 8));
    return _mm256_add_epi32(sums, _mm256_add_epi32(even, odd));
}
static inline cohort_int16 cohort_dot_bytes(cohort_int16 sums, cohort_int16 a, cohort_int16 b) {
    cohort_halves s = {sums}, x = {a}, y = {b};
    s.half[0] = cohort_dot_half(s.half[0], x.half[0], y.half[0]);
    s.half[1] = cohort_dot_half(s.half[1], x.half[1], y.half[1]);
    return s.whole;
}

/// Exact where no sum of two products exceeds 16 bits.
static inline __m256i cohort_dot_narrow_half(__m256i sums, __m256i a, __m256i b) {
    __m256i pairs = _mm256_maddubs_epi16(a, b);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
static inline cohort_int16 cohort_dot_narrow_bytes(
    cohort_int16 sums, cohort_int16 a, cohort_int16 b) {
    cohort_halves s = {sums}, x = {a}, y = {b};
    s.half[0] = cohort_dot_narrow_half(s.half[0], x.half[0], y.half[0]);
    s.half[1] = cohort_dot_narrow_half(s.half[1], x.half[1], y.half[1]);
    return s.whole;
}
#endif
