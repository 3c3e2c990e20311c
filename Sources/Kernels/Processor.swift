import COpenBLAS
import CProcessor

/// What this build needs of the processor.
public enum Processor {
    /// The instruction sets that the kernels use and this processor lacks.
    public static var missingFeatures: [String] {
        var missing: [String] = []
        if cohort_processor_has_avx2() == 0 { missing.append("AVX2") }
        if cohort_processor_has_fma() == 0 { missing.append("FMA") }
        return missing
    }

    /// Whether the kernels use vectors of 512 bits.
    public static let hasAVX512 = cohort_processor_has_avx512() != 0

    /// The processor for which OpenBLAS chose its kernels: `Haswell`, `Zen`, `SkylakeX`. The variable
    /// OPENBLAS_CORETYPE of the environment overrides its choice.
    public static var openBLASCore: String { String(cString: openblas_get_corename()) }
}
