import Reporting

extension Assembler {
    /// What each learner publishes, how many steps of it its journal holds, and after how many
    /// steps each makes a checkpoint; nil where nobody teaches.
    func exchangeListing() throws -> String? {
        var rows: [[String]] = []
        for stage in 1...configuration.stages.count {
            let assembly = try StageAssembly(self, stage: stage)
            let name = configuration.stages.count == 1 ? "" : " (stage \(stage))"
            for node in assembly.graph.learners where assembly.isInCohort(node.name) {
                rows.append([node.name + name] + (try facts(of: node.name, in: assembly)))
            }
        }
        let head = ["learner", "publishes a step", "journal holds", "a checkpoint every"]
        return rows.isEmpty ? nil : TextTable(rows: [head] + rows).text
    }

    private func facts(of name: String, in assembly: StageAssembly) throws -> [String] {
        let interval = try assembly.checkpointInterval(of: name)
        let budget = try assembly.journalBudget(of: name)
        return [
            budget.map { JournalBudget.mebibytes($0.bytesPerStep) } ?? "-",
            budget.map { "\($0.steps) steps" } ?? "-",
            assembly.budgets[name] ?? 0 > 0 || assembly.graph.hasNoSamples(name)
                ? "\(interval) steps" : "-",
        ]
    }

    /// Says who makes checkpoints more often than the configuration has it.
    func remarkOnJournal(of name: String, in assembly: StageAssembly) throws {
        let interval = try assembly.checkpointInterval(of: name)
        guard assembly.budgets[name] ?? 0 > 0, interval < configuration.checkpoints.every else {
            return
        }
        remarks.add(
            "learner '\(name)': makes a checkpoint every \(interval) steps in place of"
                + " \(configuration.checkpoints.every), before the journal of"
                + " \(JournalBudget.mebibytes(Double(configuration.exchange.journalBytes))) is full;"
                + " a larger exchange.journal needs fewer")
    }
}
