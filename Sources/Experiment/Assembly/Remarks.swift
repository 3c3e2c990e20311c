import Synchronization

/// What is worth a remark and no error, each once, in the order in which it was found.
public final class Remarks: Sendable {
    private let found = Mutex<[String]>([])

    /// No remark.
    public init() {}

    /// All of them, a line each.
    public var lines: [String] { found.withLock { $0 } }

    /// Adds one that is not there yet.
    func add(_ line: String) {
        found.withLock { if !$0.contains(line) { $0.append(line) } }
    }
}
