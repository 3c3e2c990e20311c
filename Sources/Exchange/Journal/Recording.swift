import Bytes
import CohortGraph

/// One teacher's journal in place of the teacher.
struct Recording: Sendable {
    /// What the teacher would send.
    let link: Link
    let journal: JournalReader
    /// The number of classes of the task; nil leaves it unchecked.
    let classes: Int?

    /// What the teacher published at a step and round.
    ///
    /// - Parameter names: the tensors that it must hold.
    /// - Throws: ``ExchangeFailure`` saying what is wrong with the recording, and what to do.
    func knowledge(
        of names: [String], at stepRound: StepRound, batchDigest: UInt64?
    ) throws -> Knowledge {
        let (step, round) = (stepRound.step, stepRound.round)
        guard let knowledge = try journal.knowledge(step: step, round: round) else {
            throw missing(stepRound)
        }
        let check = KnowledgeCheck(classes: classes ?? knowledge.classes)
        if let objection = check.objection(to: knowledge, besideBatch: batchDigest) {
            throw failure(
                .configuration,
                "at \(stepRound) \(objection): the recording is of other samples or another seed;"
                    + " record it again with this run's data, seed and batch size")
        }
        let known = knowledge.tensors.map(\.name)
        for name in names where !known.contains(name) {
            throw failure(
                .missingFile,
                "it has no '\(name)' at \(stepRound), only \(known.joined(separator: ", ")): record"
                    + " it again with what this run's edges ask for")
        }
        let objection = check.objection(to: knowledge.tensors) { link.contract($0, round) }
        if let objection {
            throw failure(
                .corruptData, "its knowledge of \(stepRound) cannot be used: \(objection)")
        }
        return knowledge
    }

    private func missing(_ stepRound: StepRound) -> ExchangeFailure {
        guard let last = journal.lastStep else {
            return failure(.missingFile, "nothing was published in it: record it again")
        }
        guard stepRound.step > last else {
            return failure(
                .missingFile,
                "it has nothing of \(stepRound): record it again with this run's rounds")
        }
        return failure(
            .missingFile,
            "it ends at step \(last), and \(stepRound) is needed: record as many steps as this run"
                + " has")
    }

    private func failure(_ exitCode: ExitCode, _ problem: String) -> ExchangeFailure {
        ExchangeFailure(
            exitCode: exitCode,
            message: "the recording of '\(link.peer)' in \(journal.directory) cannot be used: "
                + problem)
    }
}

extension Knowledge {
    /// As many as its responses tell apart.
    fileprivate var classes: Int {
        max(1, tensors.first { $0.kind == .response }?.shape.last ?? 1)
    }
}
