/// The rule for the names of learners, and of the relays that serve them.
///
/// A name stands in paths, in hostfiles, on command lines and in the header of every message, whose
/// field for it has 32 bytes.
public enum LearnerName {
    /// The greatest length of a name, in bytes.
    public static let maximumLength = 32

    /// Whether `text` may name a learner.
    ///
    /// A configuration may have thousands of learners, and a regular expression would be compiled
    /// for each of them.
    public static func isValid(_ text: some StringProtocol) -> Bool {
        guard 1...maximumLength ~= text.utf8.count, let first = text.utf8.first else {
            return false
        }
        return isPlain(first) && text.utf8.allSatisfy { isPlain($0) || $0 == dash || $0 == line }
    }

    /// What is wrong with `text` as a name, with the rule; nil where it is valid.
    public static func problem(with text: some StringProtocol) -> String? {
        isValid(text)
            ? nil
            : "'\(text)' is not a learner's name; use letters, digits, '_' and '-', a letter or digit"
                + " first, \(maximumLength) at most"
    }

    /// Why a valid name cannot name a learner, as it follows the name; nil where it can.
    ///
    /// Logs, folders and streams of random numbers have these names for other things.
    public static func reservation(of name: String) -> String? {
        if name.hasPrefix("relay-"), name.count > 6,
            name.utf8.dropFirst(6).allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        {
            return "is called as relays are; choose another name"
        }
        guard let owner = reserved[name.lowercased()] else { return nil }
        return "has the name of \(owner); choose another name"
    }

    private static let reserved = [
        "rendezvous": "the place where learners meet", "launcher": "the launcher in logs",
        "common": "the stream of common samples", "all": "all learners together",
        "latest": "the link to the newest run", "null": "no value",
        "learners": "a folder of the run directory", "relays": "a folder of the run directory",
        "stages": "a folder of the run directory", "alone": "a folder of the run directory",
        "ranks": "a folder of the run directory",
    ]

    private static let dash = UInt8(ascii: "-")
    private static let line = UInt8(ascii: "_")

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
