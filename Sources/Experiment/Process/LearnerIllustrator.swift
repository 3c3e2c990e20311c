import Datasets
import NeuralNetwork
import Reporting
import Training

/// Has sinks draw what records do not hold of a learner: how its weights are distributed, at each
/// test, and the first samples that it trains on.
struct LearnerIllustrator {
    private let assembly: LearnerAssembly
    private let reporter: SharedReporter
    private let drawsWeights: Bool
    private let images: Int

    init(
        _ assembly: LearnerAssembly, _ sinks: [ChosenSink], _ reporter: SharedReporter
    ) {
        (self.assembly, self.reporter) = (assembly, reporter)
        drawsWeights = sinks.contains(where: \.histograms)
        images = sinks.map(\.images).max() ?? 0
    }

    /// Draws the first samples of the first batch, as the learner sees them, where it begins to
    /// learn; where it goes on, again what it drew at that step, which sinks take back.
    ///
    func begins(with state: LearnerState?, after step: Int) throws {
        guard step == 0 else {
            if let state { try tested(state) }
            return
        }
        guard images > 0, assembly.training.steps > 0,
            var batches = assembly.data.own as? SampledBatches
        else { return }
        let batch = batches.batch(at: 0)
        let sheet = try ContactSheet(
            images: batch.images.rows(0..<min(images, batch.count)),
            normalization: assembly.data.normalization)
        let (width, height) = sheet.size
        try reporter.draw(
            [Illustration("samples", .picture(try sheet.png(), width: width, height: height))],
            after: step)
    }

    /// Draws the weights after a step at which the learner is tested.
    func tested(_ state: LearnerState) throws {
        guard drawsWeights else { return }
        let shown = state.parameters.slots.compactMap { slot in
            Histogram(of: state.parameters[slot].values).map {
                Illustration("weights/\(slot.name)", .histogram($0))
            }
        }
        try reporter.draw(shown, after: state.step)
    }
}
