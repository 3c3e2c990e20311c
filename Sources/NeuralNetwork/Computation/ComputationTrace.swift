/// Watches a tape, and writes down every operation that it records.
final class ComputationTrace {
    private var computation = Computation()
    private var origins: [ObjectIdentifier: Computation.Operand] = [:]
    /// Kept alive, since a node's identity stands for its variable.
    private var nodes: [Node] = []

    /// Says what a leaf of the tape is.
    func name(_ leaf: Variable, _ operand: Computation.Operand) {
        guard let node = leaf.node else { preconditionFailure("a constant is no leaf") }
        note(node, operand)
    }

    /// Notes an operation, and the node of its result.
    func record(_ operation: Operation, of operands: [Variable], _ output: Node, shape: [Int]) {
        let step = Computation.Step(
            operation: operation, operands: operands.map(origin), shape: shape)
        note(output, .result(computation.steps.count))
        computation.steps.append(step)
    }

    /// All operations so far, whatever depends on them.
    var steps: [Computation.Step] { computation.steps }

    /// The operations that a result depends on.
    func computation(of output: Variable) -> Computation {
        computation.output = origin(of: output)
        return computation.withoutUnusedSteps
    }

    private func note(_ node: Node, _ operand: Computation.Operand) {
        nodes.append(node)
        origins[ObjectIdentifier(node)] = operand
    }

    private func origin(of variable: Variable) -> Computation.Operand {
        if let node = variable.node {
            guard let known = origins[ObjectIdentifier(node)] else {
                preconditionFailure("an operand was computed before the trace began")
            }
            return known
        }
        computation.constants.append(variable.value)
        return .constant(computation.constants.count - 1)
    }
}

extension Computation {
    /// The same output, of the steps that it depends on.
    fileprivate var withoutUnusedSteps: Computation {
        var needed: Set<Operand> = [output]
        for place in steps.indices.reversed() where needed.contains(.result(place)) {
            needed.formUnion(steps[place].operands)
        }
        var places: [Operand: Operand] = [:]
        var kept = Computation(steps: [], constants: constants, output: output)
        for (place, step) in steps.enumerated() where needed.contains(.result(place)) {
            var step = step
            step.operands = step.operands.map { places[$0] ?? $0 }
            places[.result(place)] = .result(kept.steps.count)
            kept.steps.append(step)
        }
        kept.output = places[output] ?? output
        return kept
    }
}
