import Options

/// What a learner does where knowledge does not arrive, or so that it need not wait for it.
public enum MissingKnowledge: Hashable, Sendable {
    /// Wait until it arrives.
    case wait
    /// Go on without it after a time limit; the other teachers then count for more.
    case drop
    /// Wait for it, but let the teacher publish it so many steps early: of the same samples, by
    /// weights that are so many steps older. A teacher that is late by less than that delays
    /// nobody.
    case stale(steps: Int)
    /// Go on after a time limit with the latest row that the teacher published of each sample of
    /// the batch, at most so many steps old, or of any age; without it for the other samples.
    case bank(age: Int?)

    private static let forms =
        "wait, drop, bank, {bank: K}: at most K steps old, or {stale: K}: made K steps early"

    /// Reads `wait`, `drop`, `bank`, `{bank: 100}` or `{stale: 4}`.
    init(in options: inout OptionReader) {
        let subject = "\(options.subject): missing"
        self = options.value("missing", default: ("wait", .wait), help: Self.forms) {
            (setting) throws(SettingError) in
            switch setting.value {
            case .scalar("wait", _): return .wait
            case .scalar("drop", _): return .drop
            case .scalar("bank", _): return .bank(age: nil)
            case .map:
                var reader = OptionReader(setting, subject: subject)
                let steps = reader.optional("stale", Int.self, in: 1...1024)
                let age = reader.optional("bank", Int.self, in: 1...1_000_000_000)
                try reader.finish()
                if let steps, age == nil { return .stale(steps: steps) }
                if let age, steps == nil { return .bank(age: age) }
            default: break
            }
            throw SettingError("\(subject) is \(Self.forms)", at: setting.position)
        }
    }

    /// Whether a step goes on without knowledge that does not arrive.
    public var isOptional: Bool { self == .drop || isBank }

    /// Whether the latest row of each sample replaces knowledge that does not arrive.
    public var isBank: Bool { if case .bank = self { true } else { false } }

    /// How many steps early knowledge is published: the look-ahead.
    public var lookAhead: Int {
        if case .stale(let steps) = self { steps } else { 0 }
    }
}
