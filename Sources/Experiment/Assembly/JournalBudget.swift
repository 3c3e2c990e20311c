import CohortGraph
import Exchange
import Options
import Training

/// How much a learner publishes, and how many steps of it its journal holds.
package struct JournalBudget {
    /// The bytes that its students ask of a batch, at a step at which all of them ask.
    package private(set) var batch = 0
    /// The bytes of a batch, in the mean over steps.
    package private(set) var mean = 0.0
    /// The bytes that are published of held-out samples at an evaluation.
    package private(set) var evaluation = 0
    /// The steps between two evaluations.
    package let period: Double
    /// The bytes that the journal holds.
    package let limit: Int

    package init(period: Double, limit: Int) {
        (self.period, self.limit) = (max(1, period), limit)
    }

    /// Counts a tensor of a batch that is published every `every` steps.
    package mutating func add(_ bytes: Int, every: Int) {
        batch += bytes
        mean += Double(bytes) / Double(every)
    }

    /// Counts a tensor of held-out samples.
    package mutating func addEvaluation(_ bytes: Int) { evaluation += bytes }

    /// The bytes of a step, in the mean.
    package var bytesPerStep: Double { mean + Double(evaluation) / period }

    /// How many steps in a row the journal holds, wherever they begin: such a row may have one
    /// publication more of each kind than the mean says.
    package var steps: Int {
        let room = Double(limit - batch - 2 * evaluation)
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
        Double(steps) * bytesPerStep + Double(batch + 2 * evaluation)
    }
}

extension StageAssembly {
    /// What a learner publishes; nil where it teaches nobody, or it is not known.
    ///
    /// - Throws: ``SettingError`` where the shape of what it teaches cannot be found.
    func journalBudget(of name: String) throws -> JournalBudget? {
        let learner = try assembler.learner(name)
        let offers = offers(of: name)
        guard learner.source == nil, !offers.isEmpty else { return nil }
        let clock = try assembler.epochClock(of: learner, isTogether: isInCohort(name))
        let epochs = max(1, assembler.configuration.training.evaluate)
        var budget = JournalBudget(
            period: clock.stepsPerEpoch * Double(epochs),
            limit: assembler.configuration.exchange.journalBytes)
        let contracts = try contracts(around: name)
        for offer in offers {
            guard let contract = contracts.contract(of: offer.name, from: name, in: .before) else {
                return nil
            }
            let shape = contract.shape
            budget.add(
                Knowledge.byteCount(of: offer.name, shape, payload: offer.payloadBytes(of: shape)),
                every: fewestSteps(between: offer.name, of: name))
        }
        for (round, tensor) in heldOut(of: name) {
            guard let shape = contracts.contract(of: tensor, from: name, in: round)?.shape else {
                continue
            }
            let payload = 4 * shape.reduce(1, *)
            budget.addEvaluation(Knowledge.byteCount(of: tensor, shape, payload: payload))
        }
        return budget
    }

    /// The steps from one publication of a tensor to the next.
    private func fewestSteps(between tensor: String, of name: String) -> Int {
        graph.numbers(from: name).filter { offers[$0].name == tensor }
            .map { graph.groups[$0].edge.schedule.every }.min() ?? 1
    }

    /// What a learner publishes of held-out samples at the last step of a student.
    private func heldOut(of name: String) -> [(Round, String)] {
        let last = plan.deliveries.steps(of: name) - 1
        let rounds = Deliveries.rounds.rounds.filter { Deliveries.rounds.samples(of: $0) != .batch }
        return rounds.flatMap { round in
            plan.deliveries.published(by: name, step: last, round: round).map { (round, $0) }
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
            guard graph[publisher] != nil, let budget = try journalBudget(of: publisher) else {
                continue
            }
            let deliveries = plan.deliveries
            guard budget.steps < deliveries.steps(of: publisher) else { continue }
            let ahead = window + 1 + deliveries.lookAhead(of: publisher)
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
