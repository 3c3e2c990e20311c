import Bytes
import Options

/// A net of images without its classifier: what it computes is the map of which the classifier
/// would take the global average.
struct Trunk: Sendable {
    /// The linear layer that a trunk is built without.
    struct Classifier: Hashable, Sendable {
        /// Of the layer, such as `fc`.
        let name: String
        /// Of the map.
        let channels: Int
    }

    /// N×C×H×W to N×channels×H'×W'.
    let network: any Network
    /// What would come behind it.
    let classifier: Classifier
    /// Of the map: channels×H'×W'.
    let shape: [Int]

    /// Builds an architecture up to its last map.
    ///
    /// - Parameters:
    ///   - input: C×H×W.
    ///   - title: names the model in errors.
    /// - Throws: ``SettingError`` where the architecture has no such map, or several classifiers.
    init(
        of architecture: any Architecture, input: [Int], title: String,
        in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard architecture.exits.isEmpty else {
            throw SettingError(
                "\(title) has early exits or branches, and only one classifier can be replaced;"
                    + " leave them out")
        }
        (network, classifier) = try Self.built(architecture, input, title, in: &builder)
        let pass = ForwardPass(
            .evaluation, parameters: Parameters(zerosFor: builder.slots),
            buffers: builder.buffers, key: RandomKey(seed: 0))
        let map = network(Variable(Tensor(repeating: 0, shape: [1] + input)), pass)
        shape = Array(map.shape.dropFirst())
    }

    private static func built(
        _ architecture: any Architecture, _ input: [Int], _ title: String,
        in builder: inout ModelBuilder
    ) throws(SettingError) -> (any Network, Classifier) {
        let (network, classifier) = try builder.withoutClassifier {
            (builder) throws(SettingError) in
            try architecture.network(input: input, classes: 1, in: &builder)
        }
        guard let classifier else {
            throw SettingError(
                "\(title) does not classify by the global average of a map: take resnet, wrn, vgg,"
                    + " mobilenet or shufflenet")
        }
        return (network, classifier)
    }
}
