import Options

/// The places in two models whose activations an edge compares.
public struct Taps: Hashable, Sendable {
    /// In the teacher's model.
    public var from: [String]
    /// In the student's model.
    public var to: [String]

    /// No taps: logits are compared.
    public static let none = Taps(from: [], to: [])

    /// Taps of both sides.
    public init(from: [String], to: [String]) {
        self.from = from
        self.to = to
    }

    /// What stands for either side where nothing is written: the input of the last layer.
    static let usual = "features"

    /// The place of a model's output, which every model has.
    public static let logits = "logits"
}

extension Taps {
    /// Reads `{from, to}`, each as many names as the loss compares; the name of one place serves
    /// both sides.
    init(options: inout OptionReader, count: Int) throws(SettingError) {
        let usual = count == 1 ? [Self.usual] : []
        from = options.list("from", default: usual, help: "the teacher's, by name")
        to = options.list("to", default: from, help: "the learner's own, by name")
        for (key, names) in [("from", from), ("to", to)] where names.count != count {
            let wanted =
                count == 0 ? "compares logits, of no tap" : "compares \(count) of each side"
            throw options.failure(
                key, "names \(names.count) taps, and the loss \(wanted)", with: "from")
        }
    }
}
