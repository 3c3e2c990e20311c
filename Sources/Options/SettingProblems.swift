/// Collects mistakes, so that all those of a file are reported together.
public struct SettingProblems: Sendable {
    /// The mistakes so far, each once, in the order in which they were found.
    public private(set) var all: [SettingError.Problem] = []
    private var known: Set<SettingError.Problem> = []

    /// No mistakes.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { all.isEmpty }

    /// Adds the mistakes of an error.
    public mutating func note(_ error: SettingError) {
        for problem in error.problems where known.insert(problem).inserted { all.append(problem) }
    }

    /// Does some work, and adds its mistakes, if it fails.
    ///
    /// - Parameter position: the place of mistakes that have none.
    /// - Returns: what the work makes; nil where it fails.
    public mutating func attempt<Value>(
        at position: SourcePosition? = nil, _ work: () throws(SettingError) -> Value
    ) -> Value? {
        do throws(SettingError) {
            return try work()
        } catch {
            note(error.placed(at: position))
            return nil
        }
    }

    /// Reports all mistakes, in the order of the lines of the file.
    ///
    /// - Throws: ``SettingError`` where there are any.
    public func finish() throws(SettingError) {
        guard !all.isEmpty else { return }
        let numbered = all.enumerated().sorted {
            ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
        }
        throw SettingError(numbered.map(\.element))
    }
}

extension SettingError.Problem {
    /// The line in its file; the last one for what stands in no file.
    fileprivate var line: Int {
        guard let line = position?.line, line > 0 else { return .max }
        return line
    }
}
