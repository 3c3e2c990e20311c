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
