import Bytes
import CohortGraph

/// One teacher's journal in place of the teacher.
struct Recording: Sendable {
    let teacher: String
    let journal: JournalReader
    /// The task's, if they are to be checked.
    let classes: Int?

    /// What the teacher published at `slot`, if it can be used.
    ///
    /// - Parameter names: the tensors that it must hold.
    /// - Throws: ``ExchangeFailure`` saying what is wrong with the recording, and what to do.
    func knowledge(
        of names: [String], at slot: Slot, batchDigest: UInt64
    ) throws -> Knowledge {
        guard let knowledge = try journal.knowledge(step: slot.step, round: slot.round) else {
            throw missing(slot)
        }
        let check = KnowledgeCheck(classes: classes ?? knowledge.classes)
        if let objection = check.objection(to: knowledge, besideBatch: batchDigest) {
            throw failure(
                .configuration,
                "at \(slot) \(objection): the recording is of other samples or another seed; record"
                    + " it again with this run's data, seed and batch size")
        }
        let known = knowledge.tensors.map(\.name)
        for name in names where !known.contains(name) {
            throw failure(
                .missingFile,
                "it has no '\(name)' at \(slot), only \(known.joined(separator: ", ")): record"
                    + " it again with what this run's edges ask for")
        }
        if let objection = check.objection(to: knowledge.tensors) {
            throw failure(.corruptData, "its knowledge of \(slot) cannot be used: \(objection)")
        }
        return knowledge
    }

    private func missing(_ slot: Slot) -> ExchangeFailure {
        guard let last = journal.lastStep else {
            return failure(.missingFile, "nothing was published in it: record it again")
        }
        guard slot.step > last else {
            return failure(
                .missingFile, "it has nothing of \(slot): record it again with this run's rounds")
        }
        return failure(
            .missingFile,
            "it ends at step \(last), and \(slot) is needed: record as many steps as this run"
                + " has")
    }

    private func failure(_ exitCode: ExitCode, _ problem: String) -> ExchangeFailure {
        ExchangeFailure(
            exitCode: exitCode,
            message: "the recording of '\(teacher)' in \(journal.directory) cannot be used: "
                + problem)
    }
}

extension Knowledge {
    /// As many as its responses tell apart.
    fileprivate var classes: Int {
        max(1, tensors.first { $0.kind == .response }?.shape.last ?? 1)
    }
}
