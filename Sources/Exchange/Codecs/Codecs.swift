import CohortGraph
import Options

/// The codecs that a configuration can name.
public enum Codecs {
    /// All codecs, by the names that a configuration gives them.
    public static let registry = Registry<any KnowledgeCodec>(
        kind: "codec",
        [
            .init("fp32", "single precision, exact: 4 bytes a value") { _ in Float32Codec() },
            .init("fp16", "half precision: 2 bytes a value") { _ in Float16Codec() },
            .init("int8", "whole numbers with a scale for each sample: 1 byte a value") { _ in
                Int8Codec()
            },
            .init("top-k", "the k largest of each row, one value for the rest", shortForm: "k") {
                options throws(SettingError) in try TopKCodec(options: &options)
            },
        ])

    /// What the codec of an encoding is called.
    public static func name(of encoding: Encoding) -> String {
        let entry = registry.entries.first {
            (try? registry.make($0.name))?.encoding == encoding
        }
        return entry?.name ?? "\(encoding)"
    }
}
