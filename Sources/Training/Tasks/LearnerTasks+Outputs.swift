import Datasets
import NeuralNetwork

/// Which outputs are compared.
extension LearnerTasks {
    /// Added to an output that does not count: its probability is 0 then.
    private static let excluded: Float = -1e9
    /// By how much an output that does not count is less than the largest that does, where logits
    /// are judged and published.
    private static let margin: Float = 30

    /// The logits that the labels' loss compares at a step: outputs that do not count have the
    /// probability 0 and no gradient. The same where all count.
    package func compared(_ logits: Variable, _ labels: [Int], at step: Int) -> Variable {
        guard let counting = counting(for: labels, outputs: learned(at: step)) else {
            return logits
        }
        let mask = counting.map { $0 ? 0 : Self.excluded }
        return logits + Variable(Tensor(shape: logits.shape, values: mask))
    }

    /// The logits by which samples are named after some steps: an output that does not count is 30
    /// less than the largest that does. The same where all count.
    ///
    /// - Parameter labels: of the samples, of which only the task counts, and it only where each
    ///   task has a head of its own.
    package func judged(_ logits: Tensor, _ labels: [Int], after steps: Int) -> Tensor {
        let known = known(at: max(0, steps - 1))
        guard let counting = counting(for: labels, outputs: known) else { return logits }
        let width = logits.shape[1]
        var values = logits.values
        for row in 0..<logits.shape[0] {
            let places = row * width..<(row + 1) * width
            let most = places.lazy.filter { counting[$0] }.map { values[$0] }.max() ?? 0
            for place in places where !counting[place] { values[place] = most - Self.margin }
        }
        return Tensor(shape: logits.shape, values: values)
    }

    /// Whether each output of each sample counts; nil where all do.
    ///
    /// - Parameter outputs: that count where one head has the classes of all tasks.
    private func counting(for labels: [Int], outputs: Set<Int>) -> [Bool]? {
        let width = division.outputs
        switch options.scenario {
        case .domains: return nil
        case .classes:
            guard outputs.count < width else { return nil }
            let row = (0..<width).map(outputs.contains)
            return labels.flatMap { _ in row }
        case .tasks:
            guard division.count > 1 else { return nil }
            var rows: [Int: [Bool]] = [:]
            for list in division.classes {
                let row = (0..<width).map(list.contains)
                for label in list { rows[label] = row }
            }
            return labels.flatMap { rows[$0] ?? [] }
        }
    }

    /// The outputs that the labels' loss compares at a step, of one head.
    private func learned(at step: Int) -> Set<Int> {
        options.outputs == .new
            ? Set(division.outputs(of: order[place(at: step)])) : known(at: step)
    }
}
