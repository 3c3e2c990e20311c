import NeuralNetwork

/// The gradients of the batches since the last update, where one update takes several (`training:
/// {accumulate: N}`).
///
/// They are sums over batches of one size, so that their mean is the gradient of the mean loss over
/// all of them. What has an optimiser of its own is not collected: it learns at every step.
public struct AccumulatedGradients: Sendable {
    /// A sum of gradients.
    struct Sum: Sendable {
        /// How many batches had one.
        var batches = 0
        var total: Tensor

        /// The gradient of the mean loss.
        var mean: Tensor { (Variable(total) / Float(batches)).value }
    }

    /// The sum of the model, at 0, and of each parameter group, at its place from 1 on; none for
    /// what had no gradient since the last update.
    private(set) var sums: [Int: Sum] = [:]
    /// The model's parameters that no batch since the last update looked at.
    private(set) var leftOut: Set<Int> = []

    /// Of no batch.
    init() {}

    /// Those of a checkpoint.
    init(sums: [Int: Sum], leftOut: Set<Int>) {
        (self.sums, self.leftOut) = (sums, leftOut)
    }

    /// Whether nothing was collected since the last update.
    var isEmpty: Bool { sums.isEmpty }

    /// Adds the gradient of a batch.
    mutating func add(_ gradient: Tensor?, at place: Int) {
        guard let gradient else { return }
        guard var sum = sums.removeValue(forKey: place) else {
            sums[place] = Sum(batches: 1, total: gradient)
            return
        }
        sum.batches += 1
        sum.total.add(gradient)
        sums[place] = sum
    }

    /// Notes what the pass of a batch left out, before its gradient is added.
    mutating func leaveOut(_ parameters: Set<Int>) {
        leftOut = sums[0] == nil ? parameters : leftOut.intersection(parameters)
    }
}

extension StepPasses.Gradients {
    /// Puts them by until an update is due, and then are the mean of all that were put by.
    ///
    /// - Parameters:
    ///   - leftOut: the model's parameters that the pass left out; when an update is due, those
    ///     that all passes since the last one did.
    ///   - isDue: whether this is the last batch of an update.
    ///   - spared: the places of the groups that have an optimiser of their own.
    mutating func collect(
        in collected: inout AccumulatedGradients, _ leftOut: inout Set<Int>, isDue: Bool,
        sparing spared: Set<Int>
    ) {
        let places = groups.indices.filter { !spared.contains($0) }
        if model != nil { collected.leaveOut(leftOut) }
        collected.add(model, at: 0)
        for place in places { collected.add(groups[place], at: place + 1) }
        model = isDue ? collected.sums[0]?.mean : nil
        for place in places { groups[place] = isDue ? collected.sums[place + 1]?.mean : nil }
        leftOut = collected.leftOut
        if isDue { collected = AccumulatedGradients() }
    }
}
