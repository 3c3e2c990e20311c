import Bytes
import CohortGraph
import Datasets
import Distillation
import Exchange
import Foundation
import NeuralNetwork
import Options
import Reporting
import Synchronization
import Testing
import Training

/// A generator `g`, a frozen teacher `t` and a student `s` that learns on what `g` makes, assembled
/// as a configuration would be.
struct MadeCohort {
    static let shape = [3, 16, 16]
    static let batch = 4
    static let latent = 5

    var teacher: any Architecture = MLP(hidden: [8])
    var student: any Architecture = MLP(hidden: [6])
    var steps = 3
    /// What the generator minimises: the name of the loss, its options, and whether the student is
    /// compared.
    var guides: [(loss: String, options: Setting?, readsStudent: Bool)] = [
        ("one-hot", nil, false), ("disagreement", .map(["form": .scalar("l1")]), true),
    ]
    /// How many batches the generator keeps, which then learns images themselves; nil for a linear
    /// generator that keeps none.
    var bank: Int?
    /// How the images move; see ``OptimizedImages``.
    var images = OptimizedImages(jitter: 0)
    /// The student's labelled samples beside the made ones; nil for a student without.
    var labelled: (any BatchSource)?
    var studentTurn: WeightSchedule.Turn?
    var generatorTurn: WeightSchedule.Turn?
    var optimizer: any Optimizer = SGD(rate: 0.1)

    /// A linear map, so that a step of plain gradient descent shows the gradient in the samples.
    struct Linear: Network {
        let layer: NeuralNetwork.Linear

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            layer(x, pass).reshaped([x.shape[0]] + MadeCohort.shape)
        }
    }

    private struct Maker: Architecture {
        func network(
            input: [Int], classes: Int, in builder: inout ModelBuilder
        ) throws(SettingError) -> any Network {
            Linear(
                layer: NeuralNetwork.Linear(
                    "fc", input[0], MadeCohort.shape.reduce(1, *), in: &builder))
        }
    }

    var groups: [EdgeGroup] {
        get throws {
            var edge = EdgeOptions(loss: "kd")
            edge.inputs = .made
            edge.schedule.turn = studentTurn
            var groups = [EdgeGroup(from: ["t"], to: "s", edge)]
            for guide in guides {
                let summary = try GeneratorLosses.registry.make(
                    guide.loss, options: guide.options
                ).summary
                var edge = EdgeOptions(
                    loss: guide.loss, knowledge: summary.kind, lossTraits: .guides)
                if let options = guide.options {
                    edge.loss = NamedOptions(name: guide.loss, options: options)
                }
                edge.inputs = .made
                if summary == .map { edge.taps = Taps(from: ["features"], to: ["features"]) }
                edge.schedule.turn = generatorTurn
                let nodes = guide.readsStudent ? ["t", "s"] : summary == .samples ? ["g"] : ["t"]
                groups.append(EdgeGroup(from: nodes, to: "g", edge))
            }
            return groups
        }
    }

    private var graph: TeachingGraph {
        get throws {
            TeachingGraph(
                learners: [
                    Learner(name: "t", role: .teacher), Learner(name: "g", role: .generator),
                    Learner(name: "s"),
                ], groups: try groups)
        }
    }

    static let clock = EpochClock(samples: 100, batch: batch)

    var plan: TeachingPlan {
        get throws {
            TeachingPlan(
                try graph, offers: try groups.map { try offer($0).name },
                calendar: TrainingCalendar(
                    budgets: ["t": 0, "g": steps, "s": steps],
                    clocks: ["t": Self.clock, "g": Self.clock, "s": Self.clock],
                    evaluationEpochs: 0),
                key: RandomKey(seed: 9))
        }
    }

    static func key(of name: String) -> RandomKey { RandomKey(seed: 9).child(name) }

    func model(_ architecture: any Architecture) throws -> Model {
        try Model(architecture, input: Self.shape, classes: Problem.classes)
    }

    private static let normalization = Normalization(
        divisor: 255, mean: [0, 0, 0], std: [1, 1, 1])

    private static var samples: SampleSet {
        let key = RandomKey(seed: 4)
        let pixels = (0..<6 * shape.reduce(1, *)).map { UInt8(key.integer(below: 256, at: $0)) }
        return SampleSet(
            shape: shape, pixels: .bytes(pixels), labels: [0, 1, 2, 0, 1, 2],
            classCount: Problem.classes)
    }

    private static var test: HeldOutData {
        get throws { try HeldOutData(samples, normalization: normalization) }
    }

    /// Labelled batches of three.
    static var labelledBatches: any BatchSource {
        get throws {
            SampledBatches(
                Sampler(samples: Array(0..<6), batchSize: 3, seed: 5, stream: "own"),
                try BatchGatherer(samples, normalization: normalization))
        }
    }

    private func data(_ own: (any BatchSource)? = nil) throws -> LearnerData {
        let made = MadeBatches(of: "g", batchSize: Self.batch, clock: Self.clock)
        return LearnerData(
            own: own ?? made, common: own == nil ? nil : made,
            clock: Self.clock, test: try Self.test, normalization: Self.normalization)
    }

    private var training: TrainingPlan {
        TrainingPlan(
            steps: steps, optimizer: optimizer, schedule: LearningRate(ConstantRate()), clip: nil,
            taskWeight: 1, interval: 1)
    }

    private func offer(_ group: EdgeGroup) throws -> KnowledgeOffer {
        let loss = group.edge.loss
        let guide =
            try group.to == "g"
            ? GeneratorLosses.registry.make(loss.name, options: loss.options) : nil
        return try KnowledgeOffer(group.edge, summary: guide?.summary ?? .logits)
    }

    /// What is of a whole batch, and of no sample in it, has its rows by contract.
    private func contracts() throws -> TensorContracts {
        let shape = [try model(teacher).initialBuffers.layers.count, 2]
        var contracts = TensorContracts(
            test: 6, validation: 0, classes: Problem.classes, rounds: try plan.deliveries.rounds)
        for name in ["moments", "global-moments"] {
            contracts.add(TensorContract(kind: .feature, shape: shape), of: name, from: "t")
            contracts.add(
                TensorContract(kind: .adjoint, shape: shape), of: "adjoint@t/\(name)", from: "g")
        }
        return contracts
    }

    /// The generator.
    func generator() throws -> LearnerAssembly {
        var assembly = LearnerAssembly(
            name: "g",
            model: try bank.map {
                try Model(
                    images, output: Self.shape, samples: Self.batch / (try views ? 2 : 1),
                    banked: $0,
                    classes: Problem.classes)
            } ?? Model(Maker(), input: [Self.latent], classes: Problem.classes),
            training: training, plan: try plan, data: try data(), key: Self.key(of: "g"))
        assembly.contracts = try contracts()
        let groups = try groups
        for (number, guide) in guides.enumerated() {
            var loss = try GeneratorLosses.registry.make(guide.loss, options: guide.options)
            let name = "\(guide.loss)#\(number)"
            if loss.views != nil {
                var builder = ModelBuilder()
                try loss.prepare(shown: try featureShape, in: &builder)
                assembly.groups.append(
                    ParameterGroup(
                        term: name, slots: builder.slots, buffers: builder.buffers,
                        training: loss.ownTraining))
            }
            assembly.guides.append(
                GuideTerm(
                    groups[number + 1], index: number + 1, name: name,
                    offer: try offer(groups[number + 1]), loss: loss))
        }
        return assembly
    }

    /// Whether a loss compares two views of each sample.
    private var views: Bool {
        get throws {
            try guides.contains {
                try GeneratorLosses.registry.make($0.loss, options: $0.options).views != nil
            }
        }
    }

    /// The shape of what the teacher shows of its features of a batch.
    private var featureShape: [Int] {
        get throws {
            let shape = try model(teacher).tapPlaces["features"]?.shape ?? []
            return [Self.batch] + shape + (shape.count == 1 ? [1, 1] : [])
        }
    }

    /// The student.
    func learner() throws -> LearnerAssembly {
        let group = try groups[0]
        var (loss, builder) = (try Losses.registry.make("kd"), ModelBuilder())
        try loss.prepare(
            student: [2, Problem.classes], teacher: [2, Problem.classes], in: &builder)
        let pairwise = try Combinations.registry.make("pairwise")
        return LearnerAssembly(
            name: "s", model: try model(student), training: training,
            terms: [
                TeachingTerm(
                    group, index: 0, name: "kd<t", offer: try offer(group), loss: loss,
                    combination: pairwise)
            ],
            offers: [try offer(group)], plan: try plan, data: try data(labelled),
            key: Self.key(of: "s"))
    }

    /// The teacher's weights before anything.
    func teacherState() throws -> LearnerState {
        let model = try model(teacher)
        return LearnerState(
            parameters: model.initialParameters(key: Self.key(of: "t")),
            buffers: model.initialBuffers, optimizer: SGD(rate: 0), key: Self.key(of: "t"))
    }

    private func inputTeacher() throws -> InputTeacherAssembly {
        let deliveries = try plan.deliveries
        var assembly = InputTeacherAssembly(
            name: "t", model: try model(teacher), weights: try teacherState(),
            offers: try offers(of: "t"),
            due: { deliveries.published(by: "t", step: $0, round: $1) }, rounds: [.before],
            ahead: 0, stepCount: steps, sampler: nil, clock: Self.clock, interval: 1,
            byzantine: nil, key: Self.key(of: "t"))
        assembly.making = .init(by: "g") { deliveries.guides(by: "t", at: $0) }
        return assembly
    }

    /// What a node publishes, each tensor once.
    private func offers(of name: String) throws -> [KnowledgeOffer] {
        var offers: [KnowledgeOffer] = []
        for group in try groups where group.from.contains(name) {
            let offer = try offer(group)
            if !offers.contains(where: { $0.name == offer.name }) { offers.append(offer) }
        }
        return offers
    }

    /// Trains all, each on a thread of its own; the teacher's part has what it published alone.
    ///
    /// - Parameter progress: where generator and student go on; both begin by default.
    func train(from progress: [String: LearnerProgress] = [:]) throws -> [String: Trained] {
        let first = progress["g"]?.state.step ?? 0
        let hub = InMemoryHub()
        let results = Mutex<[String: Trained]>([:])
        let crew = Crew()
        for assembly in [try generator(), try learner()] {
            let exchange = hub.exchange(
                assembly.name, assembly.plan.deliveries, assembly.contracts)
            crew.add(exchange) {
                let trained = TrainingTests.train(
                    assembly, exchange: exchange, from: progress[assembly.name])
                results.withLock { $0[assembly.name] = trained }
            }
        }
        let teacher = try inputTeacher()
        let exchange = hub.exchange("t", try plan.deliveries, try contracts())
        crew.add(exchange) {
            let spy = Spy(exchange)
            let context = NodeContext(exchange: spy, report: { _ in }, checkInterruption: {})
            var runner = NodeRunner(
                InputTeacherProgram(teacher, from: first, context), exchange: spy)
            var trained = Trained(state: teacher.weights)
            do { try runner.run() } catch {
                spy.leave(reason: "\(error)")
                trained.error = error
            }
            trained.published = spy.published
            results.withLock { $0["t"] = trained }
        }
        crew.wait()
        return results.withLock { $0 }
    }

    /// Expects that generator and student, stopped and read back from their checkpoints, end with
    /// the bits of a training without a stop.
    ///
    /// - Returns: what the checkpoints hold, by name.
    func expectSameBits(stoppedAt stop: Int) throws -> [String: LearnerProgress] {
        let whole = try train()
        let progress = try checkpoints(at: stop)
        let resumed = try train(from: progress)
        for name in ["g", "s"] {
            let (one, other) = (try #require(whole[name]), try #require(resumed[name]))
            #expect(one.error == nil && other.error == nil)
            #expect(one.state.digest == other.state.digest, "\(name)")
            for (a, b) in zip(one.state.groups, other.state.groups) {
                #expect(a.parameters.flat.values == b.parameters.flat.values)
            }
        }
        return progress
    }

    /// Where generator and student are after some steps, written to checkpoints and read back.
    private func checkpoints(at stop: Int) throws -> [String: LearnerProgress] {
        let folder = FileManager.default.temporaryDirectory.path + "/made-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var short = self
        short.steps = stop
        let stopped = try short.train()
        var progress: [String: LearnerProgress] = [:]
        for assembly in [try generator(), try learner()] {
            let store = CheckpointStore(
                RunDirectory(path: folder).learner(assembly.name),
                of: CheckpointOwner(
                    run: "r", learner: assembly.name, configuration: "c", stage: 1), assembly,
                keep: 1)
            _ = try store.save(try #require(stopped[assembly.name]?.progress))
            progress[assembly.name] = try store.newest().progress
        }
        return progress
    }
}

extension GeneratorLoss {
    /// The scalar of a loss that learns nothing.
    func callAsFunction(_ shown: [Variable]) -> Variable { self(shown, .none) }
}
