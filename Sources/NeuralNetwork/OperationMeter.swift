/// Watches a tape: how long each of its operations takes, forward and backward, how many
/// multiply-adds the direct algorithm has for it, and how many numbers it reads and writes.
///
/// What passes between two operations counts for the later one. Computing is not changed by it.
public final class OperationMeter {
    /// The operations of one name on operands of the same shapes, taken together.
    public struct Entry: Sendable {
        /// The function that records it: `convolution`, `linear`, `add`.
        public let name: String
        /// The operands' shapes.
        public let operands: [[Int]]
        /// How often it was recorded.
        public fileprivate(set) var calls = 0
        /// The time that its results took, over all calls.
        public fileprivate(set) var forward = Duration.zero
        /// The time that its gradients took, over all calls.
        public fileprivate(set) var backward = Duration.zero
        /// Its multiply-adds, over all calls.
        public fileprivate(set) var multiplyAdds = MultiplyAdds()
        /// The numbers that it reads and writes, over all calls.
        public fileprivate(set) var numbers = MovedNumbers()
    }

    private struct Key: Hashable {
        let name: String
        let operands: [[Int]]
    }

    /// In the order in which they first came.
    public private(set) var entries: [Entry] = []
    private var places: [Key: Int] = [:]
    private var mark = ContinuousClock.now

    /// A meter that has seen nothing.
    public init() {}

    /// The sum over all entries.
    public var multiplyAdds: MultiplyAdds {
        entries.reduce(into: MultiplyAdds()) { $0 += $1.multiplyAdds }
    }

    /// Begins to count time; what went before belongs to no operation.
    public func start() {
        mark = .now
    }

    /// Notes an operation that was just computed.
    ///
    /// - Returns: its entry's number.
    func record(
        _ name: String, of operands: [Variable], _ result: Tensor, multiplyAdds: MultiplyAdds
    ) -> Int {
        let key = Key(name: name, operands: operands.map(\.shape))
        let place = places[key, default: entries.count]
        if place == entries.count {
            places[key] = place
            entries.append(Entry(name: name, operands: key.operands))
        }
        entries[place].calls += 1
        entries[place].forward += lap()
        entries[place].multiplyAdds += multiplyAdds
        entries[place].numbers += MovedNumbers(operands, result)
        return place
    }

    /// Notes that the gradients of an entry's operation were just computed.
    func recordGradients(of entry: Int) {
        entries[entry].backward += lap()
    }

    private func lap() -> Duration {
        let now = ContinuousClock.now
        defer { mark = now }
        return now - mark
    }
}

/// Multiplications with their additions, in convolutions and matrix products.
public struct MultiplyAdds: Hashable, Sendable {
    /// Of the results.
    public var forward: Int
    /// Of the gradients that are needed: none in a model's input.
    public var backward: Int

    /// Numbers that were counted elsewhere.
    public init(forward: Int = 0, backward: Int = 0) {
        self.forward = forward
        self.backward = backward
    }

    /// Of a training step.
    public var total: Int { forward + backward }

    /// Adds up both directions.
    public static func += (a: inout MultiplyAdds, b: MultiplyAdds) {
        a.forward += b.forward
        a.backward += b.backward
    }
}

/// How many numbers pass between an operation and memory where each is read or written once.
public struct MovedNumbers: Hashable, Sendable {
    /// The operands and the result.
    public var forward: Int
    /// The gradient in the result, the operands, and the gradient in each that needs one.
    public var backward: Int

    /// Numbers that were counted elsewhere.
    public init(forward: Int = 0, backward: Int = 0) {
        self.forward = forward
        self.backward = backward
    }

    /// None where the result is the memory of an operand, only seen otherwise.
    fileprivate init(_ operands: [Variable], _ result: Tensor) {
        self.init()
        guard !operands.contains(where: { $0.value.sharesMemory(with: result) }) else { return }
        forward = operands.reduce(result.count) { $0 + $1.value.count }
        backward = operands.reduce(forward) { $0 + ($1.needsGradient ? $1.value.count : 0) }
    }

    /// Of a training step.
    public var total: Int { forward + backward }

    /// Adds up both directions.
    public static func += (a: inout MovedNumbers, b: MovedNumbers) {
        a.forward += b.forward
        a.backward += b.backward
    }
}
