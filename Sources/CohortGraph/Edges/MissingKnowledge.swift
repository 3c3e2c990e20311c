import Options

/// What is done so that a learner need not wait for knowledge, or where it does not come.
public enum MissingKnowledge: Hashable, Sendable {
    /// Pause until it comes.
    case wait
    /// Go on without it after a while; the other teachers then count for more.
    case drop
    /// Wait for it, but have it made so many steps early: of the same samples, by weights that are so
    /// many steps older. Who is late by less than that holds nobody up.
    case stale(steps: Int)
    /// Go on after a while with the latest that was said of each sample of the batch, in time or late:
    /// at most so many steps old, or of any age; without it for the other samples.
    case bank(age: Int?)

    private static let forms =
        "wait, drop, bank, {bank: K}: at most K steps old, or {stale: K}: made K steps early"

    /// Reads `wait`, `drop`, `bank`, `{bank: 100}` or `{stale: 4}`.
    init(in options: inout OptionReader) throws(SettingError) {
        let subject = "\(options.subject): missing"
        self = try options.value("missing", default: "wait", help: Self.forms) {
            (setting) throws(SettingError) in
            switch setting.value {
            case .scalar("wait", _): return .wait
            case .scalar("drop", _): return .drop
            case .scalar("bank", _): return .bank(age: nil)
            case .map:
                var reader = try OptionReader(setting, subject: subject)
                let steps = try reader.optional("stale", Int.self, in: 1...1024)
                let age = try reader.optional("bank", Int.self, in: 1...1_000_000_000)
                try reader.finish()
                if let steps, age == nil { return .stale(steps: steps) }
                if let age, steps == nil { return .bank(age: age) }
            default: break
            }
            throw SettingError("\(subject) is \(Self.forms)", at: setting.position)
        }
    }

    /// Whether a step goes on without what does not come.
    public var isOptional: Bool { self == .drop || isBank }

    /// Whether the latest that was said of each sample stands in for what does not come.
    public var isBank: Bool { if case .bank = self { true } else { false } }

    /// How many steps early knowledge is made.
    public var lead: Int {
        if case .stale(let steps) = self { steps } else { 0 }
    }
}
