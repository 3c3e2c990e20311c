import Datasets
import NeuralNetwork
import Options
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
    /// - Throws: ``SettingError`` where samples are no images.
    func begins(with state: LearnerState?, after step: Int) throws {
        guard step == 0 else {
            if let state { try stepped(to: state) }
            return
        }
        guard images > 0, assembly.training.steps > 0,
            var batches = assembly.data.own as? SampledBatches
        else { return }
        let batch = try batches.batch(at: 0)
        let picture = try picture(of: batch.images.rows(0..<min(images, batch.count)))
        try reporter.draw([Illustration("samples", picture)], after: step)
    }

    private func picture(of images: Tensor) throws(SettingError) -> Illustration.Content {
        do throws(DatasetError) {
            let sheet = try ContactSheet(
                images: images, normalization: assembly.data.normalization)
            let (width, height) = sheet.size
            return .picture(try sheet.png(), width: width, height: height)
        } catch {
            throw SettingError(
                "learner '\(assembly.name)': sinks: images has no effect: \(error); leave it out")
        }
    }

    /// Draws the weights after a step, if the learner is tested there.
    func stepped(to state: LearnerState) throws {
        guard drawsWeights, assembly.plan.calendar.evaluates(assembly.name, after: state.step)
        else { return }
        let shown = state.parameters.slots.compactMap { slot in
            Histogram(of: state.parameters[slot].values).map {
                Illustration("weights/\(slot.name)", .histogram($0))
            }
        }
        try reporter.draw(shown, after: state.step)
    }
}
