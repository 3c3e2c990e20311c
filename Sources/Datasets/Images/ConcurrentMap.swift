import Dispatch
import Synchronization

extension Collection where Element: Sendable, Self: Sendable, Index == Int {
    /// The result of `body` for each element, on all processors.
    func concurrentMap<Value: Sendable>(
        _ body: @Sendable (Element) -> Value
    ) -> [Value] {
        let results = Mutex([Value?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let value = body(self[startIndex + index])
            results.withLock { $0[index] = value }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}

extension DatasetError {
    /// Reports the mistakes of many files together.
    ///
    /// - Throws: an error of the first one's kind that names up to ten.
    static func check(_ mistakes: [DatasetError]) throws(DatasetError) {
        guard let first = mistakes.first else { return }
        var lines = mistakes.prefix(10).map(\.description)
        if mistakes.count > 10 { lines.append("and \(mistakes.count - 10) more") }
        throw DatasetError(first.kind, lines.joined(separator: "\n  "))
    }
}
