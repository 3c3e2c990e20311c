import CohortGraph
import Options

/// The codecs that a configuration can name.
public enum Codecs {
    /// All codecs, by the names that a configuration gives them. A new codec is its file and a line
    /// here.
    public static let registry = Registry<any KnowledgeCodec>(
        kind: "codec",
        [
            Float32Codec.self,
            AutomaticCodec.self,
            Float16Codec.self,
            Int8Codec.self,
            TopKCodec.self,
        ])

    /// What the codec of an encoding is called.
    public static func name(of encoding: Encoding) -> String {
        let entry = registry.entries.first {
            (try? registry.make($0.name))?.encoding == encoding
        }
        return entry?.name ?? "\(encoding)"
    }
}
