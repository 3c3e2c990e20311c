import Bytes
import CohortGraph
import Datasets
import Distillation
import NeuralNetwork
import Options
import Training

/// Learners on the small problem with any edges between them, assembled as a configuration would
/// be.
struct TestCohort {
    /// A learner of the cohort.
    struct Member {
        var name: String
        /// 0 for a teacher.
        var steps = 12
        var architecture: any Architecture = MLP(hidden: [8])
        /// Its labelled samples; all that have no pool must have the same.
        var labelled: Range<Int> = 0..<60
        /// Whether it has their labels.
        var hasLabels = true
        /// Those that have the same begin with the same weights.
        var key: String?
        /// Weights to begin with in place of random ones.
        var weights: Parameters?
        /// How it misleads its students.
        var byzantine: ByzantineBehaviour?
    }

    var problem = Problem()
    var members: [Member]
    var groups: [EdgeGroup]
    /// The common samples; nil where the cohort teaches on labelled ones.
    var pool: Range<Int>?
    var optimizer: any Optimizer = SGD(rate: 0.1, momentum: 0.9)
    var schedule: any LearningRateSchedule = CosineRate()
    var taskWeight: Float = 1
    var strongTaskWeight: Float = 0
    var clip: Float?
    /// Steps from one comparison of gradients to the next; nil for none.
    var gradients: Int?
    var objective: any Objective = WeightedSum()
    /// What the objective learns, in place of what edges do.
    var objectiveSlots: [ParameterSlot] = []
    /// How many one relay serves at most; nil where each sends to each.
    var fanOut: Int?
    /// The tasks that a learner meets; nil where the samples are one task.
    var tasks: (@Sendable (_ learner: String) throws -> LearnerTasks)?

    init(_ members: [Member], _ groups: [EdgeGroup]) {
        self.members = members
        self.groups = groups
    }

    /// What every member needs to take its part.
    var assemblies: [LearnerAssembly] {
        get throws { try members.map { try assembly(of: $0) } }
    }

    var graph: TeachingGraph {
        TeachingGraph(
            learners: members.map {
                Learner(name: $0.name, role: $0.steps > 0 ? .student : .teacher)
            }, groups: groups)
    }

    var plan: TeachingPlan {
        get throws {
            let clock = try clock
            return TeachingPlan(
                graph, circles: relays.trees, offers: try offers.map(\.name),
                calendar: TrainingCalendar(
                    budgets: Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.steps) }),
                    clocks: Dictionary(uniqueKeysWithValues: members.map { ($0.name, clock) }),
                    evaluationEpochs: 1),
                key: RandomKey(seed: 9))
        }
    }

    var relays: RelayPlan {
        fanOut.map { RelayPlan(graph, .relay, fanOut: $0) { _ in nil } } ?? RelayPlan()
    }

    /// What every relay needs.
    var relayAssemblies: [RelayAssembly] {
        get throws {
            let held = try problem.heldOut
            return try relays.trees.flatMap { circle in
                var contracts = TensorContracts(
                    test: held.labels.count, validation: 0, classes: Problem.classes)
                contracts.add(
                    circle,
                    samples: try (common ?? own(members[0])).batchSize
                        * problem.train.labelsPerSample)
                return try circle.relays.map { name in
                    RelayAssembly(
                        name: name, plan: try plan, contracts: contracts,
                        samples: try common ?? own(members[0]), test: held,
                        classes: Problem.classes, rowsPerSample: problem.train.labelsPerSample)
                }
            }
        }
    }

    private var clock: EpochClock {
        get throws { try (common ?? own(members[0])).clock }
    }

    private var common: SampledBatches? {
        get throws {
            try pool.map {
                try problem.stream($0, batch: 8, named: Sampler.common, areLabelled: false)
            }
        }
    }

    private func own(_ member: Member) throws -> SampledBatches {
        try problem.stream(
            member.labelled, batch: 6, named: pool == nil ? Sampler.common : member.name,
            areLabelled: member.hasLabels,
            drawsPartners: pool == nil
                && groups.contains { $0.to == member.name && $0.edge.version == .partner })
    }

    /// What each group asks of its teachers.
    var offers: [KnowledgeOffer] {
        get throws {
            try groups.map { group in
                try KnowledgeOffer(group.edge, summary: try loss(of: group).summary)
            }
        }
    }

    /// A cohort that takes plain gradient descent, as ``ByHand`` does.
    static func plain(_ members: [Member], _ groups: [EdgeGroup]) -> TestCohort {
        var cohort = TestCohort(members, groups)
        cohort.optimizer = SGD(rate: 0.1)
        cohort.schedule = ConstantRate()
        return cohort
    }

    private func assembly(of member: Member) throws -> LearnerAssembly {
        let model = try model(of: member)
        var edges = ModelBuilder()
        var apart: [ParameterGroup] = []
        var terms: [TeachingTerm] = []
        for (index, group) in groups.enumerated() where group.to == member.name {
            let combination = try Combinations.registry.make(group.edge.combination.name)
            guard
                try combination.traits.contains(.learnsApart)
                    || loss(of: group).traits.contains(.learnsApart)
            else {
                terms.append(try term(index, group, in: &edges))
                continue
            }
            var builder = ModelBuilder()
            let term = try term(index, group, in: &builder, imitating: &edges)
            terms.append(term)
            apart.append(
                ParameterGroup(
                    term: term.name, slots: builder.slots, buffers: builder.buffers,
                    training: try loss(of: group).ownTraining, key: replica(of: group)))
        }
        let asked = zip(groups, try offers).filter { $0.0.from.contains(member.name) }.map(\.1)
        var assembly = LearnerAssembly(
            name: member.name, model: model,
            training: TrainingPlan(
                steps: member.steps, optimizer: optimizer, schedule: LearningRate(schedule),
                clip: clip, taskWeight: taskWeight, interval: 4),
            terms: terms, objective: objective,
            groups: [
                ParameterGroup(edges: objectiveSlots + edges.slots, buffers: edges.buffers)
            ] + apart,
            offers: asked.reduce(into: []) { kept, offer in
                if !kept.contains(where: { $0.name == offer.name }) { kept.append(offer) }
            },
            plan: try plan, byzantine: member.byzantine,
            data: LearnerData(
                own: try own(member), common: try common, clock: try clock,
                test: try problem.heldOut, validation: try problem.heldOut,
                normalization: Problem.normalization),
            key: RandomKey(seed: 9).child(member.key ?? member.name),
            weights: member.weights.map { ($0, model.initialBuffers) })
        assembly.training.strongTaskWeight = strongTaskWeight
        assembly.training.gradients = gradients
        assembly.tasks = try tasks?(member.name)
        return assembly
    }

    private func model(of member: Member) throws -> Model {
        try Model(
            member.architecture, input: problem.train.shape, classes: Problem.classes)
    }

    private func term(
        _ index: Int, _ group: EdgeGroup, in builder: inout ModelBuilder
    ) throws -> TeachingTerm {
        var edges = ModelBuilder()
        return try term(index, group, in: &builder, imitating: &edges)
    }

    private func term(
        _ index: Int, _ group: EdgeGroup, in builder: inout ModelBuilder,
        imitating edges: inout ModelBuilder
    ) throws -> TeachingTerm {
        var loss = try loss(of: group)
        var combination = try Combinations.registry.make(group.edge.combination.name)
        let student = try shape(of: group.to, group.edge.taps.to, loss.summary)
        let teacher = try shape(of: group.from[0], group.edge.taps.from, loss.summary)
        edges.scoped("\(index)") {
            loss.prepareImitation(student: student, teacher: teacher, in: &$0)
        }
        if var replicated = loss as? any ReplicatedLoss {
            replicated.know(sample: [1, 4, 4])
            loss = replicated
        }
        let scope = replica(of: group) == nil ? "\(index)" : "replica"
        try builder.scoped(scope) { (builder) throws(SettingError) in
            try combination.prepare(
                teachers: group.from.count, by: loss, student: student, in: &builder)
            try loss.prepare(student: student, teacher: teacher, in: &builder)
        }
        if var remembering = loss as? any RememberingLoss {
            remembering.know(
                classes: Dictionary(uniqueKeysWithValues: zip(0..., problem.train.labels)))
            loss = remembering
        }
        return TeachingTerm(
            group, index: index,
            name: "\(group.edge.loss.name)<\(group.from.joined(separator: ","))",
            offer: try offers[index],
            isRelayed: relays.trees.contains { $0.groups.contains(index) },
            loss: loss, combination: combination, replica: replica(of: group))
    }

    /// The key that both sides of a replicated loss have.
    private func replica(of group: EdgeGroup) -> RandomKey? {
        group.edge.lossTraits.contains(.replicated)
            ? .replica(seed: 9, between: group.from + [group.to]) : nil
    }

    /// The loss of a group, whose summary fits the activations of both sides.
    private func loss(of group: EdgeGroup) throws -> any DistillationLoss {
        var loss = try Losses.registry.make(
            group.edge.loss.name, options: group.edge.loss.options)
        guard loss.summary != .logits else { return loss }
        loss.fit(
            student: try places(group.edge.taps.to, of: group.to),
            teachers: try group.from.map { try places(group.edge.taps.from, of: $0) })
        return loss
    }

    private func places(_ taps: [String], of name: String) throws -> [Model.Tap] {
        guard let member = members.first(where: { $0.name == name }) else { return [] }
        let places = try model(of: member).tapPlaces
        return taps.compactMap { places[$0] }
    }

    private func shape(of name: String, _ taps: [String], _ summary: Summary) throws -> [Int] {
        guard summary != .logits, let member = members.first(where: { $0.name == name }) else {
            return [2, Problem.classes]
        }
        let places = try model(of: member).taps
        let probes = taps.map {
            Variable(Tensor(repeating: 1, shape: [2] + (places[$0] ?? [])))
        }
        return summary(probes).shape
    }
}
