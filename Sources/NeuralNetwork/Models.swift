import Options

/// The models that configuration can name.
public enum Models {
    /// A new model is its file and a line here; the families are those of a few depths.
    public static let registry = Registry<any Architecture>(
        kind: "model",
        [
            MLP.self,
            TabularResNet.self,
            LeNet.self,
            PlainCNN.self,
            MobileNet.self,
            ShuffleNet.self,
            Transformer.self,
            TextCNN.self,
            GPT.self,
            SearchedNet.self,
        ],
        families: [VGG.entries, ResNet.entries, WideResNet.entries])

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
