import Distillation
import NeuralNetwork
import ReferenceNumbers
import Testing

/// The laws that every registered combination obeys that makes a loss against one target, or the
/// mean or sum of losses; a new entry is held to them without being named. Those that weigh losses
/// have tests of their own.
@Suite(.timeLimit(.minutes(1)))
struct CombinationLawTests {
    private static let names = Combinations.registry.names.filter { name in
        (try? Combinations.registry.make(name).traits.contains(.weighsLosses)) != true
    }
    /// The losses of logits that learn nothing themselves.
    private static let responses = Losses.registry.names.filter { name in
        guard let loss = try? Losses.registry.make(name) else { return false }
        return loss.summary == .logits && !loss.traits.contains(.learnsApart)
    }
    private static let covariance = [
        [2, 0.1, 0, 0.2], [0.1, 1, 0.1, 0], [0, 0.1, 1.5, 0.3], [0.2, 0, 0.3, 1],
    ]
    private static var context: LossContext {
        LossContext(temperature: 2, labels: [0, 4, 2, 2], epoch: 3)
    }

    /// As if the last epoch had left the covariance of errors, its rows in some order.
    private func memory(of name: String, order: [Int] = [0, 1, 2, 3]) throws -> TermMemory {
        let combination = try Combinations.registry.make(name)
        guard combination.traits.contains(.needsErrors) else { return TermMemory() }
        return TermMemory(
            ErrorCovariance(rows: order.map { i in order.map { Self.covariance[i][$0] } }))
    }

    private let student = normal([4, 5], 1)
    private let teachers = [UInt64(2), 3, 4].map { normal([4, 5], $0, scale: 2) }

    @Test(arguments: names, responses)
    func isFiniteAndDrawsTheLearnerAlone(_ name: String, loss lossName: String) throws {
        let loss = try Losses.registry.make(lossName)
        let prepared = try PreparedCombination(name, teachers: 3)
        for scale in [1, 1e6] as [Float] {
            let sides = ([student] + teachers).map { z in
                Tensor(shape: z.shape, values: z.values.map { $0 * scale })
            }
            let found = try prepared.differentiated(
                sides[0], Array(sides.dropFirst()), by: loss, Self.context,
                memory: try memory(of: name))
            #expect(found.value.isFinite && found.gradient?.isFinite == true)
            #expect(found.leaked == nil, "the loss reaches the combination's own parameters")
            #expect(found.auxiliary?.isFinite != false)
            #expect((found.weights != nil) == (found.auxiliary != nil))
            #expect(found.auxiliaryGradient == nil, "the auxiliary objective reaches the learner")
        }
    }

    /// Where everyone agrees there is nothing to learn, whatever the combination.
    @Test(arguments: names, responses)
    func vanishesWhereAllAgree(_ name: String, loss lossName: String) throws {
        let loss = try Losses.registry.make(lossName)
        let prepared = try PreparedCombination(name, teachers: 3)
        guard loss.traits.contains(.vanishesAtEquality), prepared.combination.keepsTargets(of: loss)
        else { return }
        let found = try prepared.differentiated(
            student, [student, student, student], by: loss, Self.context,
            memory: try memory(of: name))
        #expect(found.value.scalar >= 0 && found.value.scalar < 1e-9)
        #expect(found.gradient?.values.allSatisfy { abs($0) < 1e-5 } == true)
    }

    @Test(arguments: names, responses)
    func isZeroForOneClass(_ name: String, loss lossName: String) throws {
        let loss = try Losses.registry.make(lossName)
        guard !loss.traits.contains(.readsOffsets) else { return }
        let context = LossContext(temperature: 2, labels: [0, 0, 0])
        let found = try PreparedCombination(name, teachers: 2).differentiated(
            normal([3, 1], 1), [normal([3, 1], 2), normal([3, 1], 3)], by: loss, context)
        #expect(found.value.scalar == 0)
    }

    /// Shares are weights: of all teachers, and of the learner first where it is among them. Those
    /// of the covariance may be negative; here, by the best mix without, they are not.
    @Test(arguments: names)
    func sharesAreWeights(_ name: String) throws {
        let loss = try Losses.registry.make("kd")
        let options = name == "kdcl-general" ? setting(["weights": "non-negative"]) : nil
        let found = try PreparedCombination(name, options: options, teachers: 3).differentiated(
            student, teachers, by: loss, Self.context, memory: try memory(of: name))
        guard let shares = found.shares else { return }
        #expect([3, 4].contains(shares.count))
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
        #expect(shares.allSatisfy { $0 >= 0 })
    }

    /// Teachers have no order, as far as rounding goes.
    @Test(arguments: names, responses)
    func theOrderOfTeachersDoesNotMatter(_ name: String, loss lossName: String) throws {
        let loss = try Losses.registry.make(lossName)
        let prepared = try PreparedCombination(name, teachers: 3)
        let forward = try prepared.differentiated(
            student, teachers, by: loss, Self.context, memory: try memory(of: name))
        let backward = try prepared.differentiated(
            student, teachers.reversed(), by: loss, Self.context,
            memory: try memory(of: name, order: [0, 3, 2, 1]))
        expectAgreement(forward.value, backward.value, name, tolerance: 1e-5)
        let gradient = try #require(backward.gradient)
        expectAgreement(forward.gradient, gradient, name, tolerance: 1e-5)
    }

    @Test(arguments: ["pairwise", "probabilities", "sum", "era"], responses)
    func softTargetsAreTheSameBitsInAnyOrder(_ name: String, loss lossName: String) throws {
        guard let loss = try Losses.registry.make(lossName) as? any SoftTargetLoss else { return }
        let prepared = try PreparedCombination(name, teachers: 3)
        let orders = [[0, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]]
        let found = try orders.map { order in
            try prepared.differentiated(
                student, order.map { teachers[$0] }, by: loss, Self.context)
        }
        #expect(Set(found.map(\.value.scalar)).count == 1)
        #expect(Set(found.map { $0.gradient?.values }).count == 1)
    }

    /// With one teacher, every combination that does not count the learner in is the loss itself.
    @Test(arguments: names, responses)
    func oneTeacherIsTheLossItself(_ name: String, loss lossName: String) throws {
        let prepared = try PreparedCombination(name, teachers: 1)
        let loss = try Losses.registry.make(lossName)
        guard !prepared.combination.traits.contains(.includesStudent),
            prepared.combination.keepsTargets(of: loss)
        else { return }
        let found = try prepared.differentiated(student, [teachers[0]], by: loss, Self.context)
        let alone = loss(Variable(student), teachers[0], Self.context).value.value
        expectAgreement(found.value, alone, name, tolerance: 1e-5)
    }

    /// Those that take any knowledge: the mean, or the sum, of the losses against each.
    @Test(arguments: names, Losses.registry.names)
    func anyKnowledgeMeansALossAgainstEach(_ name: String, loss lossName: String) throws {
        let prepared = try PreparedCombination(name, teachers: 2)
        guard !prepared.combination.traits.contains(.responsesOnly) else { return }
        let named = try Losses.registry.make(lossName)
        guard named.tapCount > 0 else { return }
        let shapes = named.shapesOfFour()
        let learning = try PreparedLoss(lossName, student: shapes, teacher: shapes)
        let (loss, pass) = (learning.loss, { learning.pass() })
        let sides = [UInt64(1), 11, 21].map { seed in
            loss.summary(shapes.map { Variable(normal($0, seed)) }).value
        }
        let found = try prepared(
            Variable(sides[0]), [sides[1], sides[2]], by: loss, Self.context, pass())
        let each = sides.dropFirst().map { teacher in
            var context = Self.context
            context.parameters = pass()
            return loss(Variable(sides[0]), teacher, context).value.value.scalar
        }
        let total = each[0] + each[1]
        let expected = [total, total / 2]
        #expect(expected.contains { abs($0 - found.term.value.value.scalar) <= 1e-6 * total })
    }
}

extension Combination {
    /// Whether what all teachers agree on is the target, as a loss compares it.
    fileprivate func keepsTargets(of loss: any DistillationLoss) -> Bool {
        let losesOffsets = traits.contains(.responsesOnly) && !traits.contains(.keepsOffsets)
        return !traits.contains(.reshapesTargets)
            && !(loss.traits.contains(.readsOffsets) && losesOffsets)
    }
}
