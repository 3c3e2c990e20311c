import Bytes
import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Options
import Synchronization
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
                var edge = EdgeOptions(loss: guide.loss, lossTraits: .guides)
                edge.inputs = .made
                edge.schedule.turn = generatorTurn
                groups.append(
                    EdgeGroup(from: guide.readsStudent ? ["t", "s"] : ["t"], to: "g", edge))
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
                try graph, offers: try groups.map { _ in "logits" },
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

    private static var test: HeldOutData {
        get throws {
            let key = RandomKey(seed: 4)
            let pixels = (0..<6 * shape.reduce(1, *)).map {
                UInt8(key.integer(below: 256, at: $0))
            }
            return try HeldOutData(
                SampleSet(
                    shape: shape, pixels: .bytes(pixels), labels: [0, 1, 2, 0, 1, 2],
                    classCount: Problem.classes),
                normalization: Normalization(
                    divisor: 255, mean: [0, 0, 0], std: [1, 1, 1]))
        }
    }

    private func data() throws -> LearnerData {
        LearnerData(
            own: MadeBatches(of: "g", batchSize: Self.batch, clock: Self.clock), common: nil,
            clock: Self.clock, test: try Self.test,
            normalization: Normalization(divisor: 255, mean: [0, 0, 0], std: [1, 1, 1]))
    }

    private var training: TrainingPlan {
        TrainingPlan(
            steps: steps, optimizer: optimizer, schedule: LearningRate(ConstantRate()), clip: nil,
            taskWeight: 1, interval: 1)
    }

    private func offer(_ group: EdgeGroup) throws -> KnowledgeOffer {
        try KnowledgeOffer(group.edge, summary: .logits)
    }

    /// The generator.
    func generator() throws -> LearnerAssembly {
        var assembly = LearnerAssembly(
            name: "g",
            model: try Model(Maker(), input: [Self.latent], classes: Problem.classes),
            training: training, plan: try plan, data: try data(), key: Self.key(of: "g"))
        let groups = try groups
        assembly.guides = try guides.enumerated().map { number, guide in
            GuideTerm(
                groups[number + 1], index: number + 1, name: "\(guide.loss)#\(number)",
                offer: try offer(groups[number + 1]),
                loss: try GeneratorLosses.registry.make(guide.loss, options: guide.options))
        }
        return assembly
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
            offers: [try offer(group)], plan: try plan, data: try data(), key: Self.key(of: "s"))
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
            offers: [try offer(groups[0])],
            due: { deliveries.published(by: "t", step: $0, round: $1) }, rounds: [.before],
            ahead: 0, stepCount: steps, sampler: nil, clock: Self.clock, interval: 1,
            byzantine: nil, key: Self.key(of: "t"))
        assembly.making = .init(by: "g") { deliveries.guides(by: "t", at: $0) }
        return assembly
    }

    /// Trains all, each on a thread of its own; the teacher's part has what it published alone.
    func train() throws -> [String: Trained] {
        let hub = InMemoryHub()
        let results = Mutex<[String: Trained]>([:])
        let crew = Crew()
        for assembly in [try generator(), try learner()] {
            let exchange = hub.exchange(of: assembly)
            crew.add(exchange) {
                let trained = TrainingTests.train(assembly, exchange: exchange)
                results.withLock { $0[assembly.name] = trained }
            }
        }
        let teacher = try inputTeacher()
        let exchange = hub.exchange("t", try plan.deliveries, nil)
        crew.add(exchange) {
            let spy = Spy(exchange)
            let context = NodeContext(exchange: spy, report: { _ in }, checkInterruption: {})
            var runner = NodeRunner(
                InputTeacherProgram(teacher, from: 0, context), exchange: spy)
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
}
