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

    private static let forms = "wait, drop, or {stale: K}: made K steps early"

    /// Reads `wait`, `drop` or `{stale: 4}`.
    init(in options: inout OptionReader) throws(SettingError) {
        let subject = "\(options.subject): missing"
        self = try options.value("missing", default: "wait", help: Self.forms) {
            (setting) throws(SettingError) in
            switch setting.value {
            case .scalar("wait", _): return .wait
            case .scalar("drop", _): return .drop
            case .map:
                var reader = try OptionReader(setting, subject: subject)
                let steps = try reader.optional("stale", Int.self, in: 1...1024)
                try reader.finish()
                if let steps { return .stale(steps: steps) }
            default: break
            }
            throw SettingError("\(subject) is \(Self.forms)", at: setting.position)
        }
    }

    /// How many steps early knowledge is made.
    public var lead: Int {
        if case .stale(let steps) = self { steps } else { 0 }
    }
}
