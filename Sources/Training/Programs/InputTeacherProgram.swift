import Bytes
import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// What a teacher must know to answer samples that it is sent: its plan and its weights, no data.
public struct InputTeacherAssembly: Sendable {
    /// The name of the node.
    public var name: String
    /// Its network.
    public var model: Model
    /// The weights with which it teaches.
    public var weights: LearnerState
    /// What its students ask for, each tensor once.
    public var offers: [KnowledgeOffer]
    /// The names of the tensors that any student needs at a step and round.
    public var due: @Sendable (_ step: Int, _ round: Round) -> Set<String>
    /// The rounds in which it publishes, ascending.
    public var rounds: [Round]
    /// How many steps early samples come; 0 where a generator makes them at each step.
    public var ahead: Int
    /// The generator whose samples it takes, and what it publishes to guide it at a step; nil where
    /// a student sends it samples.
    public var making: Making?
    /// For how many steps it takes part.
    public var stepCount: Int
    /// The order of the samples, by which batches are known; nil where a generator makes them.
    public var sampler: Sampler?
    /// The epochs that the cohort counts.
    public var clock: EpochClock
    /// Steps between two reports.
    public var interval: Int
    /// How it misleads its students, in an experiment about that; nil for an honest teacher.
    public var byzantine: ByzantineBehaviour?
    /// Determines its random draws.
    public var key: RandomKey

    /// A teacher that is sent samples.
    public init(
        name: String, model: Model, weights: LearnerState, offers: [KnowledgeOffer],
        due: @escaping @Sendable (Int, Round) -> Set<String>, rounds: [Round], ahead: Int,
        stepCount: Int, sampler: Sampler?, clock: EpochClock, interval: Int,
        byzantine: ByzantineBehaviour?, key: RandomKey
    ) {
        self.name = name
        self.model = model
        self.weights = weights
        self.offers = offers
        self.due = due
        self.rounds = rounds
        self.ahead = ahead
        self.stepCount = stepCount
        self.sampler = sampler
        self.clock = clock
        self.interval = interval
        self.byzantine = byzantine
        self.key = key
    }

    /// A generator, as a node that takes its samples knows it.
    public struct Making: Sendable {
        /// Its name.
        public var generator: String
        /// The names of the tensors in which it sends back a gradient at a step.
        public var guides: @Sendable (_ step: Int) -> [String]

        /// A generator of a name.
        public init(
            by generator: String, guides: @escaping @Sendable (_ step: Int) -> [String]
        ) {
            self.generator = generator
            self.guides = guides
        }
    }

    /// Whether anything is due at a step.
    func teaches(at step: Int) -> Bool { rounds.contains { !due(step, $0).isEmpty } }

    /// The message that carries the samples of a step.
    public func message(of step: Int) -> StepRound {
        StepRound(step: max(0, step - ahead), round: .inputs(ahead: min(step, ahead)))
    }

    /// The samples of a step, as they came.
    func images(_ received: Knowledge) throws -> Tensor {
        if let making {
            return try MadeBatches.images(of: received, by: making.generator)
        }
        guard let tensor = received.tensors.first(where: { $0.kind == .inputs }) else {
            throw ExchangeFailure(
                exitCode: .corruptData, message: "'\(name)' was sent no samples where they are due")
        }
        return Tensor(shape: tensor.shape, values: try tensor.values())
    }
}

/// A teacher without access to the samples: at each step it answers the batch that a student sends.
public struct InputTeacherProgram: NodeProgram {
    private let assembly: InputTeacherAssembly
    private let context: NodeContext
    /// Knows the epochs under way, which the assembly's does not.
    private var sampler: Sampler?
    private var meter: IntervalMeter
    /// The step that it answers next.
    public private(set) var step: Int

    /// - Parameter first: the step from which it teaches; its journal holds what was published
    ///   before.
    public init(_ assembly: InputTeacherAssembly, from first: Int, _ context: NodeContext) {
        self.assembly = assembly
        self.context = context
        sampler = assembly.sampler
        step = first
        meter = context.beginInterval()
    }

    /// To the end of the training of every student.
    public var stepCount: Int { assembly.stepCount }

    /// Whether every step is done.
    public var isDone: Bool { step >= stepCount }

    /// The model, which no test samples are there to evaluate.
    public var result: NodeResult? { NodeResult(assembly.weights, nil) }

    /// The step of the first message that it may still need.
    public var firstNeeded: Int { isDone ? .max : assembly.message(of: step).step }

    /// Announces what it may still need.
    public mutating func begin() throws {
        try context.exchange?.checkpointed(oldest: firstNeeded, newest: firstNeeded)
    }

    /// Answers the samples of the next step.
    public mutating func takeStep() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let errors = try assembly.teaches(at: step) ? teach() : [:]
        meter.add(codecErrors: errors, took: clock.now - start)
        step += 1
        guard step.isMultiple(of: assembly.interval) || isDone else { return }
        try context.endInterval(
            &meter, step: step, epoch: assembly.clock.epoch(after: step - 1) + 1, rate: nil)
    }

    /// - Returns: what lossy codecs cost, by the name of the tensor.
    private mutating func teach() throws -> [String: Double] {
        guard let exchange = context.exchange else { return [:] }
        let received = try gather(over: exchange)
        let guides = assembly.making?.guides(step) ?? []
        let tape = Tape()
        let samples = try assembly.images(received)
        let images = guides.isEmpty ? Variable(samples) : tape.leaf(samples)
        let moments = assembly.offers.first {
            $0.summary.isOfLayers && guides.contains($0.name)
        }
        let view = try view(of: images, noting: moments)
        var errors: [String: Double] = [:]
        for round in assembly.rounds {
            let due = assembly.due(step, round)
            guard !due.isEmpty else { continue }
            var tensors: [KnowledgeTensor] = []
            for offer in assembly.offers where due.contains(offer.name) {
                tensors.append(offer.tensor(of: view))
                errors[offer.name] = try offer.error(of: tensors[tensors.count - 1], from: view)
            }
            try exchange.publish(
                Knowledge(
                    epoch: received.epoch, step: step, round: round,
                    batchDigest: received.batchDigest, tensors: tensors))
        }
        if let making = assembly.making, !guides.isEmpty {
            let answer = AdjointAnswer(
                name: assembly.name, generator: making.generator, offers: assembly.offers,
                exchange: exchange)
            let pass = AdjointAnswer.Pass(
                view: view, images: images, rows: 0..<samples.shape[0], tape: tape)
            try answer(
                guides, through: pass, at: (step, received.batchDigest, received.epoch))
        }
        return errors
    }

    /// The samples of the step.
    ///
    /// - Throws: ``ExchangeFailure`` (65) where what came cannot be used.
    private mutating func gather(over exchange: any KnowledgeExchange) throws -> Knowledge {
        if let making = assembly.making {
            return try MadeBatches.gather(from: making.generator, at: step, over: exchange)
        }
        let message = assembly.message(of: step)
        let found = try exchange.gather(
            step: message.step, round: message.round, batchDigest: sampler?.batch(step).digest)
        if let knowledge = found.knowledge.first?.knowledge { return knowledge }
        let cause = found.absent.first.map { "those of '\($0.name)': \($0.reason)" } ?? "none came"
        throw ExchangeFailure(
            exitCode: .corruptData,
            message: "'\(assembly.name)' cannot use the samples of step \(step): \(cause)")
    }

    /// - Parameter moments: the moments that it publishes of the samples; nil for none.
    private func view(of images: Variable, noting moments: KnowledgeOffer?) throws -> ModelView {
        let weights = assembly.weights
        let pass = ForwardPass(
            .evaluation, parameters: weights.parameters, buffers: weights.buffers,
            key: assembly.key.child("serve").child(step))
        pass.notesMoments = moments != nil
        pass.notedRows = moments?.summary == .globalMoments ? 0..<images.shape[0] / 2 : nil
        let logits = assembly.model.network(images, pass)
        guard logits.value.isFinite else {
            throw FrozenModelFailure(
                learner: assembly.name, samples: "the batch of step \(step)", part: nil)
        }
        let view = ModelView(
            logits: logits, taps: pass.activations, rows: 0..<images.shape[0],
            rowsPerSample: assembly.model.rowsPerSample, moments: pass.momentDistances)
        let key = assembly.key.child("attack").child(step)
        return assembly.byzantine.map { view.falsified(by: $0, key: key) } ?? view
    }
}
