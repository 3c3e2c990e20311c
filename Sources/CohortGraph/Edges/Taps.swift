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

    /// Of a loss of logits, which exits teach and learn: `exit1`, the learner's alone;
    /// `exit1+exit2>exit1`, `exit1>logits`; nil for the last layers of both.
    public var responses: String? {
        guard !from.isEmpty else { return to.first }
        return from.joined(separator: "+") + ">" + (to.first ?? Self.logits)
    }
}

extension Taps {
    /// Reads `{from, to}`, each as many names as the loss compares; the name of one place serves
    /// both sides. Of a loss of logits, `from` may name early exits of the teacher, whose mean
    /// logits then teach in place of its last layer's, and `to` an early exit of the learner, which
    /// is then taught in place of its last layer.
    init(options: inout OptionReader, count: Int) throws(SettingError) {
        guard count > 0 else {
            self = try Taps(ofResponses: &options)
            return
        }
        let usual = count == 1 ? [Self.usual] : []
        from = options.list("from", default: usual, help: "the teacher's, by name")
        to = options.list("to", default: from, help: "the learner's own, by name")
        for (key, names) in [("from", from), ("to", to)] where names.count != count {
            throw options.failure(
                key, "names \(names.count) taps, and the loss compares \(count) of each side",
                with: "from")
        }
    }

    private init(ofResponses options: inout OptionReader) throws(SettingError) {
        from = options.list(
            "from", default: [], help: "early exits of the teacher, whose mean teaches, by name")
        to = options.list("to", default: [], help: "an early exit of the learner, by name")
        guard to.count < 2 else {
            throw options.failure(
                "to", "names \(to.count) taps, and the loss compares the logits of one",
                with: "from")
        }
        guard Set(from).count == from.count else {
            throw options.failure("from", "names an exit twice; name it once", with: "to")
        }
    }
}
