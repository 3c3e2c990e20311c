import CohortGraph
import Options
import Training

/// The samples that travel to teachers that have none.
extension StageAssembly {
    /// What a learner sends its teachers.
    func inputOffers(of student: String) throws -> [InputOffer] {
        var teachers: [String] = []
        for group in graph.groups(into: student) where group.edge.inputs == .send {
            teachers += group.from.filter { !teachers.contains($0) }
        }
        return try teachers.map(inputOffer)
    }

    /// What a teacher is sent, in its view and normalized as it would normalize it.
    func inputOffer(for teacher: String) throws -> InputOffer {
        let learner = try assembler.learner(teacher)
        guard let common = try assembler.samples.common(batch: assembler.commonBatch, for: learner)
        else { preconditionFailure("those that teach one another have common samples") }
        let view = try assembler.samples.corpus.view(learner.view)
        return InputOffer(for: teacher, common, shape: view.train.shape)
    }
}
