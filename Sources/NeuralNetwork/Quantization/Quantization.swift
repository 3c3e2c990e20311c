import Options

/// How the convolutions and linear layers of a model are quantised while it trains, and used
/// afterwards.
public struct Quantization: Sendable {
    /// The number of bits that leaves a number a float.
    public static let float = 32

    /// Bits of a weight, 2 to 8, or ``float``.
    public var weights: Int
    /// Bits of a layer's input, 2 to 8, or ``float``.
    public var activations: Int
    /// Bits of weight and input of the first and last layers, 2 to 8, or ``float``.
    public var ends: Int
    /// How numbers become codes.
    public var method: any QuantizationMethod

    /// A quantisation of some bits.
    public init(
        weights: Int = 4, activations: Int = 8, ends: Int = 8,
        method: any QuantizationMethod = LearnedSteps()
    ) {
        self.weights = weights
        self.activations = activations
        self.ends = ends
        self.method = method
    }

    /// Reads the options from a configuration.
    ///
    /// - Throws: ``SettingError`` for bits that the method does not have, and where nothing would
    ///   be quantised.
    public init(options: inout OptionReader) throws(SettingError) {
        weights = try Self.bits("weights", default: 4, &options)
        activations = try Self.bits("activations", default: 8, &options)
        ends = try Self.bits("ends", default: 8, &options)
        let named = options.named("method", default: "lsq", help: "how numbers become codes") {
            (name, options, position) throws(SettingError) in
            try QuantizationMethods.registry.read(name, options: options, at: position).options
        }
        method = try QuantizationMethods.registry.make(named.name, options: named.options)
        if weights != Self.float, weights > method.mostWeightBits {
            throw options.failure(
                "weights",
                "is \(weights), and '\(named.name)' has \(method.mostWeightBits) bits at most, since"
                    + " its 2^\(weights) levels are not codes of 8 bits; choose fewer bits, or"
                    + " another method")
        }
        if weights == Self.float, activations == Self.float {
            throw options.failure(
                "weights",
                "and activations are \(Self.float), so that nothing is quantised; choose 2 to 8"
                    + " bits, or leave quantize out")
        }
    }

    private static func bits(
        _ key: String, default fallback: Int, _ options: inout OptionReader
    ) throws(SettingError) -> Int {
        let bits = options.value(
            key, default: fallback, help: "bits, 2 to 8, or 32 for floats")
        guard (2...8).contains(bits) || bits == float else {
            throw options.failure(
                key, "is \(bits); it is 2 to 8 bits, or \(float), which leaves floats")
        }
        return bits
    }

    /// Reads a learner's quantisation: a map, or the name of a method for its defaults.
    ///
    /// - Returns: the quantisation, and its options with every default.
    /// - Throws: ``SettingError`` for all that is wrong with it.
    public static func reading(
        _ setting: Setting, of learner: String
    ) throws(SettingError) -> (quantization: Quantization, fullForm: Setting) {
        try OptionReader.read(
            setting, subject: "learner '\(learner)': quantize", shortForm: "method"
        ) { (options) throws(SettingError) in
            let quantization = try Quantization(options: &options)
            return (quantization, options.resolved.unplaced)
        }
    }
}
