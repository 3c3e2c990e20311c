import CProcessor
import Foundation

/// What this build needs of the processor, and what it uses of it.
public enum Processor {
    /// The vectors that the kernels compute with. Both give the same bits.
    public enum Vectors: String, CaseIterable, Sendable {
        /// AVX2 and FMA: 256 bits.
        case avx2
        /// AVX-512 (F, VL, BW and DQ): 512 bits.
        case avx512

        fileprivate var missingFeatures: [String] {
            switch self {
            case .avx2:
                (cohort_processor_has_avx2() == 0 ? ["AVX2"] : [])
                    + (cohort_processor_has_fma() == 0 ? ["FMA"] : [])
            case .avx512: cohort_processor_has_avx512() == 0 ? ["AVX-512"] : []
            }
        }
    }

    /// The variable of the environment that chooses among the vectors that the processor has.
    public static let variable = "COHORT_VECTORS"

    /// The widest vectors that the processor has, or those that the environment asks for.
    public static let vectors: Vectors =
        asked.flatMap(Vectors.init) ?? (hasAVX512 ? .avx512 : .avx2)

    /// Whether the processor has what ``Vectors/avx512`` needs.
    public static var hasAVX512: Bool { Vectors.avx512.missingFeatures.isEmpty }

    /// Whether the processor has AVX-512's products of bytes (VNNI), which integer layers use with
    /// ``Vectors/avx512``.
    public static var hasVNNI: Bool { cohort_processor_has_vnni() != 0 }

    /// Why the kernels cannot compute.
    public struct Problem: Sendable {
        /// What is missing or wrong, and what to do about it.
        public let message: String
        /// Whether the environment asked for something else than what there is.
        public let isSetting: Bool
    }

    /// Why the kernels cannot compute here, if they cannot.
    public static var problem: Problem? {
        if let asked, Vectors(rawValue: asked) == nil {
            let known = Vectors.allCases.map(\.rawValue).joined(separator: " or ")
            return Problem(
                message: "\(variable) is '\(asked)' in the environment; it can be \(known)",
                isSetting: true)
        }
        guard !vectors.missingFeatures.isEmpty else { return nil }
        let lack = "this processor lacks \(vectors.missingFeatures.joined(separator: " and "))"
        return asked == nil
            ? Problem(
                message: lack + ", which the kernels need: run on another, or see 'Other"
                    + " processors' in the README", isSetting: false)
            : Problem(
                message: lack + ": unset \(variable) in the environment", isSetting: true)
    }

    private static let asked = ProcessInfo.processInfo.environment[variable]
}
