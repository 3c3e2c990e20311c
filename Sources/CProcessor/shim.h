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

/// Lets the processor rest for a moment in a loop that waits.
static inline void cohort_pause(void) { __builtin_ia32_pause(); }
