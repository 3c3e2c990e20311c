/// The record of a forward computation, played back once for the gradients.
///
/// Operations on ``Variable``s append themselves; ``backward(from:keepsRecord:)`` walks the record
/// in reverse and drops each entry as soon as it has served, so that activations are freed on the
/// way.
public final class Tape {
    private var entries: [Entry] = []
    /// Watches what is recorded from now on.
    public var meter: OperationMeter?
    /// Writes down what is recorded from now on.
    var trace: ComputationTrace?

    private struct Entry {
        let output: Node
        /// The operation's place in the meter's entries, if there was a meter.
        let metered: Int?
        let propagate: (Tensor) -> Void
    }

    /// An empty record.
    public init() {}

    /// A variable whose gradient is wanted.
    public func leaf(_ value: Tensor) -> Variable {
        Variable(value: value, node: Node(tape: self))
    }

    func record(_ output: Node, metered: Int?, propagate: @escaping (Tensor) -> Void) {
        entries.append(Entry(output: output, metered: metered, propagate: propagate))
    }

    /// Computes the gradient of a scalar in every leaf that it depends on, and empties the tape.
    ///
    /// - Parameter keepsRecord: keeps the record, so that the gradient of another scalar can
    ///   follow; the gradients in the leaves then add up unless ``ForwardPass/clearGradients()``
    ///   removes them.
    /// - Precondition: `loss` has one element and was computed on this tape.
    public func backward(from loss: Variable, keepsRecord: Bool = false) {
        precondition(loss.value.count == 1, "a gradient is taken of a scalar")
        precondition(loss.node?.tape === self, "the loss was not computed on this tape")
        loss.node?.accumulate(Tensor(repeating: 1, shape: loss.shape))
        meter?.start()
        guard !keepsRecord else {
            for entry in entries.reversed() {
                if let gradient = entry.output.takeGradient() { entry.propagate(gradient) }
            }
            return
        }
        while let entry = entries.popLast() {
            if let gradient = entry.output.takeGradient() { entry.propagate(gradient) }
            if let number = entry.metered { meter?.recordGradients(of: number) }
        }
    }
}

/// Where the gradient of one variable is accumulated.
final class Node {
    unowned let tape: Tape
    private(set) var gradient: Tensor?
    /// Whether no gradient is wanted from now on: what is dear to compute may be left out.
    var isSettled = false

    init(tape: Tape) {
        self.tape = tape
    }

    func accumulate(_ part: Tensor) {
        guard gradient != nil else {
            gradient = part
            return
        }
        gradient?.add(part)
    }

    func clearGradient() { gradient = nil }

    func takeGradient() -> Tensor? {
        defer { gradient = nil }
        return gradient
    }
}
