#include <cblas.h>

/// Swift has no access to the processor's feature bits but through C.
static inline int cohort_processor_has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }
static inline int cohort_processor_has_fma(void) { return __builtin_cpu_supports("fma") != 0; }
static inline int cohort_processor_has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}
