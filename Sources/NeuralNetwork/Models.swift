import Options

/// The models that configuration can name.
public enum Models {
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
        ] + [8, 14, 20, 32, 56, 110].map(ResNet.entry)
            + [(10, 1), (16, 1), (16, 2), (16, 4), (28, 2), (28, 4), (28, 10), (40, 1), (40, 2)]
            .map(WideResNet.entry))

    /// The model of a name: one of the ``registry``'s, or `wrn-D-K` with any depth and widening
    /// factor.
    ///
    /// - Throws: ``SettingError`` for an unknown name, an unknown key or a bad value.
    public static func make(
        _ name: String, options: Setting? = nil, at position: SourcePosition? = nil
    ) throws(SettingError) -> any Architecture {
        guard !registry.names.contains(name), let entry = WideResNet.entry(named: name) else {
            return try registry.make(name, options: options, at: position)
        }
        return try Registry(kind: registry.kind, [entry])
            .make(name, options: options, at: position)
    }
}
