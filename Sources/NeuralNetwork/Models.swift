import Options

/// The models that configuration can name.
public enum Models {
    /// What `model` can name, but for wide nets of any depth; see ``registry(for:)``.
    public static let registry = Registry<any Architecture>(
        kind: "model",
        [
            .init("mlp", "fully connected layers") { (options) throws(SettingError) in
                try MLP(options: &options)
            },
            .init("lenet", "two convolutions and two linear layers (LeCun et al. 1998)") {
                (options) throws(SettingError) in try LeNet(options: &options)
            },
            .init("plain-cnn", "convolutions without shortcuts (Mirzadeh et al. 2020)") {
                (options) throws(SettingError) in try PlainCNN(options: &options)
            },
            .init("mobilenet", "depthwise separable convolutions (Howard et al. 2017)") {
                (options) throws(SettingError) in try MobileNet(options: &options)
            },
            .init("shufflenet", "ShuffleNet V2 (Ma et al. 2018)") {
                (options) throws(SettingError) in try ShuffleNet(options: &options)
            },
            .init("transformer", "encoder of token sequences (Vaswani et al. 2017)") {
                (options) throws(SettingError) in try Transformer(options: &options)
            },
            .init("text-cnn", "convolutions over token sequences (Kim 2014)") {
                (options) throws(SettingError) in try TextCNN(options: &options)
            },
        ] + [8, 13].map(VGG.entry) + [8, 14, 20, 32, 56, 110].map(ResNet.entry)
            + [(10, 1), (16, 1), (16, 2), (16, 4), (28, 2), (28, 4), (28, 10), (40, 1), (40, 2)]
            .map(WideResNet.entry))

    /// The registry that holds a name: ``registry``, and for `wrn-D-K` with a depth and widening
    /// factor that it does not list, that net beside it.
    public static func registry(for name: String) -> Registry<any Architecture> {
        guard registry[name] == nil, let entry = WideResNet.entry(named: name) else {
            return registry
        }
        return Registry(kind: registry.kind, registry.entries + [entry])
    }

    /// The model of a name, `wrn-D-K` included.
    ///
    /// - Throws: ``SettingError`` for an unknown name, an unknown key or a bad value.
    public static func make(
        _ name: String, options: Setting? = nil, at position: SourcePosition? = nil
    ) throws(SettingError) -> any Architecture {
        try registry(for: name).make(name, options: options, at: position)
    }
}
