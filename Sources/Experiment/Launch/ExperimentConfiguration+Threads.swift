import Limits

extension ExperimentConfiguration {
    /// The threads of a learner's process.
    ///
    /// A generator and those that learn on its samples compute in turn: while one side does, the
    /// other waits for it, so that neither shares processors with the other.
    ///
    /// - Parameters:
    ///   - started: the learners that run on the host at the same time.
    ///   - allowance: of the host.
    ///   - ranks: how many launchers share the host.
    public func threads(
        of learner: String, among started: [String], on allowance: ProcessorAllowance,
        ranks: Int = 1
    ) -> ThreadShare {
        let side = started.filter { makesSamples($0) == makesSamples(learner) }
        var share = allowance.share(
            among: max(1, side.count), ranks: max(1, ranks),
            asked: self[learner]?.training.threads)
        if side.count < started.count, self[learner]?.training.threads == nil {
            share.reason += ", in turn with \(makesSamples(learner) ? "students" : "generators")"
        }
        return share
    }

    private func makesSamples(_ learner: String) -> Bool {
        self[learner]?.role.makesSamples == true
    }

    /// What is unwise about the threads of some learners that compute at the same time, a line
    /// each.
    public func threadRemarks(
        of learners: [String], on allowance: ProcessorAllowance, ranks: Int = 1
    ) -> [String] {
        let remarks = learners.map { name in
            threads(of: name, among: learners, on: allowance, ranks: ranks).remark
        }
        var lines = allowance.remarks
        for case let remark? in remarks where !lines.contains(remark) { lines.append(remark) }
        return lines
    }

    /// The threads of each learner, as a check shows them, then what is unwise about them.
    func threadListing(on allowance: ProcessorAllowance) -> String {
        var lines: [String] = []
        for stage in 1...stages.count {
            let names = startedLearners(inStage: stage)
            let shares = names.map { threads(of: $0, among: names, on: allowance).words }
            let which = stages.count > 1 ? "stage \(stage): " : ""
            for words in shares where !lines.contains(where: { $0.hasSuffix(": \(words)") }) {
                let those = zip(names, shares).filter { $0.1 == words }.map(\.0)
                lines.append("\(which)\(those.joined(separator: ", ")): \(words)")
            }
            lines += threadRemarks(of: names, on: allowance).filter { !lines.contains($0) }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The learners that a launcher starts together in a stage.
    private func startedLearners(inStage stage: Int) -> [String] {
        let together = Set(stages.graph(of: stage).learners.map(\.name))
        return startedLearners.filter(together.contains)
    }
}
