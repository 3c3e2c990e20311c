import Options

/// Which view of the same training images is taken.
public enum ViewStrength: String, CaseIterable, Sendable {
    /// Crops and flips.
    case weak
    /// Crops and flips, and random operations behind them.
    case strong
}

/// Which views of the same training images the two sides of an edge see.
public struct EdgeAugmentation: Hashable, Sendable {
    /// The teacher's.
    public var from: ViewStrength
    /// The learner's own.
    public var to: ViewStrength

    /// Both sides see crops and flips alone.
    public static let weak = EdgeAugmentation(from: .weak, to: .weak)

    /// The views of both sides.
    public init(from: ViewStrength, to: ViewStrength) {
        (self.from, self.to) = (from, to)
    }

    /// Whether a side sees the strong view.
    public var hasStrong: Bool { self != .weak }

    /// `strong`, or `weak > strong` where the sides differ.
    public var summary: String {
        from == to ? from.rawValue : "\(from.rawValue) > \(to.rawValue)"
    }

    private static let forms =
        "weak, strong, or {from: weak, to: strong}, the teacher's view and the learner's own"

    /// Reads `weak`, `strong`, or `{from: weak, to: strong}`.
    init(in options: inout OptionReader) {
        let subject = "\(options.subject): augmentation"
        self =
            options.made("augmentation", fallback: "weak", help: Self.forms) {
                (setting) throws(SettingError) in
                guard let setting else { return .weak }
                return try EdgeAugmentation(setting, subject)
            } ?? .weak
    }

    private init(_ setting: Setting, _ subject: String) throws(SettingError) {
        if case .map = setting.value {
            self = try OptionReader.read(setting, subject: subject) {
                (reader) throws(SettingError) in
                EdgeAugmentation(
                    from: reader.choice("from", default: .weak),
                    to: reader.choice("to", default: .weak))
            }
            return
        }
        guard case .scalar(let text, _) = setting.value, let view = ViewStrength(rawValue: text)
        else { throw SettingError("\(subject) is \(Self.forms)", at: setting.position) }
        self.init(from: view, to: view)
    }
}
