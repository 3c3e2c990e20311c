import Datasets
import Distillation
import NeuralNetwork
import Options

/// Models for the data of a cohort, and the weights that they start with.
extension Assembler {
    /// A learner's model for the cohort's data; nil for an external learner that does not say.
    public func model(of learner: LearnerOptions) throws(SettingError) -> Model? {
        switch learner.role {
        case .generator, .frozenGenerator: return try generator(of: learner)
        case .block: return try block(of: learner)
        case .student, .teacher, .assistant: break
        }
        guard let named = learner.model,
            let made = try configuration.architecture(of: learner)
        else { return nil }
        let view = try view(of: learner)
        let architecture = made.reading(view.contents)
        if let complaint = architecture.complaint(about: view.contents) {
            throw SettingError(
                "learner '\(learner.name)': model '\(named.name)' \(complaint)")
        }
        let hasLabels = view.train.labelsPerSample > 1
        if architecture.answersEveryPosition != hasLabels {
            throw SettingError(
                "learner '\(learner.name)': model '\(named.name)' "
                    + (hasLabels
                        ? "gives one answer for a whole sequence, and the data have a label at every"
                            + " position; choose gpt"
                        : "predicts at every position the token that follows, and the data have a"
                            + " class for a whole sample; choose text-cnn or transformer, or the data"
                            + " set corpus"))
        }
        do throws(SettingError) {
            return try Model(
                architecture, input: view.train.shape, classes: classes,
                quantization: learner.quantization)
        } catch {
            guard let borrowed = learner.borrowed else { throw error }
            throw error.prefixed("learner '\(learner.name)': \(borrowed.key): ")
        }
    }

    /// The network with which a learner makes samples.
    private func generator(of learner: LearnerOptions) throws(SettingError) -> Model? {
        guard let named = learner.model else { return nil }
        let generator = try Generators.registry.make(named.name, options: named.options)
        guard case .image = try view(of: learner).contents else {
            throw SettingError(
                "learner '\(learner.name)': a generator makes images, and the data are none")
        }
        do throws(SettingError) {
            return try Model(
                generator, output: shape(of: learner),
                samples: commonBatch / configuration.graph.views(by: learner.name),
                banked: configuration.graph.banked(by: learner.name) ?? 0, classes: classes)
        } catch {
            throw error.prefixed("learner '\(learner.name)': ")
        }
    }

    /// How many rows of a summary each sample has.
    func rows(of summary: Summary) -> Int {
        summary == .logits ? samples.corpus.train.labelsPerSample : 1
    }

    /// The shape C×H×W of the samples as a learner sees them.
    func shape(of learner: LearnerOptions) throws(SettingError) -> [Int] {
        try view(of: learner).train.shape
    }

    /// The samples as a learner sees them.
    func view(of learner: LearnerOptions) throws(SettingError) -> SampleView {
        do throws(DatasetError) {
            return try samples.corpus.view(learner.view)
        } catch {
            throw SettingError("learner '\(learner.name)': \(error)")
        }
    }

    func model(
        of learner: LearnerOptions, startingWith weights: String?, _ parts: String?
    ) throws -> (Model, start: (parameters: Parameters, buffers: Buffers)?) {
        guard let model = try model(of: learner) else {
            throw SettingError(
                "learner '\(learner.name)' is external and has no model to train here")
        }
        guard let path = weights ?? learner.weights else {
            return (model, try start(of: learner, model, parts))
        }
        let file = try WeightsFile(path, of: learner.writtenName)
        let loaded = try file.weights(
            of: model, prefix: weights == nil ? learner.weightsPrefix : nil)
        for remark in loaded.remarks {
            remarks.add("learner '\(learner.name)': \(file.path): \(remark)")
        }
        if !learner.learns, let lack = loaded.lackOfScales(in: model, of: learner.name) {
            throw SettingError("\(file.path): \(lack)")
        }
        let used = try samples.normalization(of: learner)
        if let objection = loaded.objection(to: used, of: learner.name) {
            // What learns may learn from pixels that are normalized otherwise.
            guard learner.learns else { throw SettingError("\(file.path): \(objection)") }
            remarks.add("learner '\(learner.name)': \(file.path): \(objection)")
        }
        return (model, (loaded.parameters, loaded.buffers))
    }
}
