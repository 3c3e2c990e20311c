#include <cblas.h>

/// Swift has no access to the processor's feature bits but through C.
static inline int cohort_processor_has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }
static inline int cohort_processor_has_fma(void) { return __builtin_cpu_supports("fma") != 0; }
