import CohortGraph
import Exchange
import Options
import Training

/// How much a learner publishes, and how many steps of it its journal holds.
package struct JournalBudget {
    /// The bytes of a step, in the mean.
    package private(set) var bytesPerStep = 0.0
    /// What a row of steps may hold beyond its mean.
    private var excess = 0
    /// The bytes that the journal holds.
    package let limit: Int

    package init(limit: Int) { self.limit = limit }

    /// Counts what is published at a share of the steps, evenly, and `often` times more.
    package mutating func add(_ bytes: Int, share: Double, often: Int = 1) {
        bytesPerStep += Double(bytes) * share
        excess += bytes * often
    }

    /// How many steps in a row the journal holds, wherever they begin.
    package var steps: Int {
        let room = Double(limit - excess)
        return room > 0 && bytesPerStep > 0 ? Int(min(1e9, room / bytesPerStep)) : 0
    }

    /// A number of bytes for people, in the unit of `exchange.journal`, rounded up.
    static func mebibytes(_ bytes: Double) -> String {
        let size = bytes / Double(1 << 20)
        let digits = size < 1 ? 1000.0 : size < 100 ? 10 : 1
        return "\((size * digits).rounded(.up) / digits) MiB"
    }

    /// The bytes of journal that hold a number of steps.
    package func bytes(toHold steps: Int) -> Double {
        Double(steps) * bytesPerStep + Double(excess)
    }
}

extension StageAssembly {
    /// What a learner or a relay publishes; nil where it teaches nobody, or it is not known.
    ///
    /// - Throws: ``SettingError`` where the shape of what it teaches cannot be found.
    func journalBudget(of name: String) throws -> JournalBudget? {
        let publications = plan.deliveries.publications(of: name)
        guard assembler.configuration[name]?.source == nil, !publications.isEmpty else {
            return nil
        }
        var budget = JournalBudget(limit: assembler.configuration.exchange.journalBytes)
        let contracts = try contracts(around: name)
        for publication in publications {
            guard let bytes = try bytes(of: publication, by: name, contracts) else { return nil }
            budget.add(bytes, share: publication.share, often: timesMore(publication))
        }
        for of in Dictionary(grouping: publications, by: \.round).values {
            let share = min(1, of.reduce(0) { $0 + $1.share })
            budget.add(Knowledge.headBytes, share: share, often: timesMore(of[0]))
        }
        return budget
    }

    private func bytes(
        of publication: Deliveries.Publication, by name: String, _ contracts: TensorContracts
    ) throws -> Int? {
        let tensor = publication.tensor
        let samples = plan.deliveries.rounds.samples(of: publication.round)
        guard let contract = contracts.contract(of: tensor, from: name, in: publication.round)
        else { return nil }
        let count = contract.shape.reduce(1, *)
        let payload: Int? =
            switch (contract.kind, samples) {
            // Whole numbers of 8 octets.
            case (.sum, _): 8 * count
            case (.inputs, _) where name != graph.generator:
                try inputOffers(of: name).first { $0.name == tensor }?.payloadBytes
            case (_, .batch):
                offers(of: name).first { $0.name == tensor }?.payloadBytes(of: contract.shape)
            // Logits of held-out samples are floats, and so are made samples and gradients.
            default: 4 * count
            }
        return payload.map { Knowledge.byteCount(of: tensor, contract.shape, payload: $0) }
    }

    /// How often a row of steps may hold what is published beyond its share: once where the row
    /// begins with it, and once more where the last step is tested beside the end of an epoch.
    private func timesMore(_ publication: Deliveries.Publication) -> Int {
        switch plan.deliveries.rounds.samples(of: publication.round) {
        case .batch, .inputs, .adjoints: 1
        default: 2
        }
    }

    /// The steps between two checkpoints of a learner: `checkpoints.every`, or as few as the
    /// journals of its teachers and its own take.
    ///
    /// A journal keeps what was published since the oldest checkpoint that anybody keeps, so that
    /// it would be full before the next one otherwise.
    /// - Throws: ``SettingError`` (78) where a journal holds too little for any interval.
    func checkpointInterval(of name: String) throws -> Int {
        let checkpoints = assembler.configuration.checkpoints
        let window = assembler.configuration.exchange.window
        var interval = checkpoints.every
        for publisher in [name] + plan.deliveries.neighbours(of: name).teachers {
            guard let budget = try journalBudget(of: publisher) else { continue }
            let deliveries = plan.deliveries
            guard budget.steps < deliveries.steps(of: publisher) else { continue }
            let ahead =
                window + 1 + deliveries.lookAhead(of: publisher)
                + deliveries.inputSteps(around: publisher)
            let fitting = (budget.steps - ahead) / checkpoints.keep
            guard fitting >= 1 else {
                let least = budget.bytes(toHold: checkpoints.keep + ahead + 1)
                throw SettingError(
                    "exchange.journal holds \(budget.steps) steps of what '\(publisher)' publishes,"
                        + " \(JournalBudget.mebibytes(budget.bytesPerStep)) a step; make it at least"
                        + " \(JournalBudget.mebibytes(least))")
            }
            interval = min(interval, fitting)
        }
        return interval
    }
}
