import Bytes
import Distillation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// The laws that every registered loss obeys; a new entry is held to them without being named here.
@Suite(.timeLimit(.minutes(1)))
struct LossLawTests {
    private static let names = Losses.registry.names
    private static var context: LossContext {
        var context = LossContext(temperature: 2, labels: [0, 4, 2, 2], epoch: 3)
        context.images = normal([4, 1, 4, 4], 21)
        context.replica = RandomKey(seed: 22)
        return context
    }

    /// Options by which a loss's value is no larger than its gradient shows in single precision,
    /// those that leave out parts whose targets are the learner's own, as constants, and the
    /// student is taught at the epoch of ``context``.
    private static let options = [
        "vid": ["variance": "0.1"], "crd": ["negatives": "8"], "mhgd": ["warmup": "2"],
        "mcl": ["width": "8", "soft-vanilla": "0", "soft-interactive": "0"],
        "adversarial-features": ["distance": "1"],
    ]

    /// How far differences may be from the gradients, by default 5e-3; further where a
    /// discriminator bends at every pixel of a map, so that even small steps go across a bend.
    private static let tolerances = ["afd": 5e-2]

    private func shapes(_ name: String, classes: Int = 5) throws -> [[Int]] {
        try Losses.registry.make(name).shapesOfFour(classes: classes)
    }

    /// A gradient with nothing of the samples whose numbers its loss takes for a constant: those
    /// that have the largest number, by which a summary is divided.
    private func withoutConstants(
        _ gradient: Tensor, of activations: [Tensor], _ loss: any DistillationLoss
    ) -> Tensor {
        guard [.squaredDistances, .transformation].contains(loss.summary) else { return gradient }
        let numbers = loss.summary(activations.map { Variable($0) }).value
        let (width, size) = (numbers.count / 4, gradient.count / 4)
        let isConstant = (0..<4).map { row in
            numbers.values[row * width..<(row + 1) * width].contains(1)
        }
        return Tensor(
            shape: gradient.shape,
            values: gradient.values.enumerated().map { isConstant[$0 / size] ? 0 : $1 })
    }

    private func activations(
        _ name: String, _ seed: UInt64, scale: Float = 1, classes: Int = 5
    ) throws -> [Tensor] {
        try shapes(name, classes: classes).enumerated().map {
            normal($0.element, seed + UInt64($0.offset), scale: scale)
        }
    }

    private func prepared(_ name: String, classes: Int = 5) throws -> PreparedLoss {
        let shapes = try shapes(name, classes: classes)
        return try PreparedLoss(
            name, options: setting(Self.options[name] ?? [:]), student: shapes, teacher: shapes)
    }

    @Test(arguments: names)
    func gradientAgreesWithDifferences(_ name: String) throws {
        let loss = try prepared(name)
        let (student, teacher) = (try activations(name, 1), try activations(name, 11))
        let gradients = loss.differentiated(student, teacher, Self.context).gradients
        var size = 0.0
        for (index, gradient) in gradients.enumerated() {
            func value(_ moved: Tensor) -> Float {
                var all = student.map { Variable($0) }
                all[index] = Variable(moved)
                return loss(all, teacher, Self.context).value.scalar
            }
            // Where a ReLU bends within the largest step, it need not within a smaller one, at
            // which rounding counts more.
            let steps: [Float] = [0.02, 0.01, 0.005]
            let found = steps.map { differences(at: student[index], step: $0, value).values }
            let values = try #require(gradient).values
            let closest = try values.indices.map { place in
                try #require(
                    found.map { $0[place] }.min {
                        abs($0 - values[place]) < abs($1 - values[place])
                    })
            }
            let expected = Tensor(shape: student[index].shape, values: closest)
            let sides = try [#require(gradient), expected].map {
                withoutConstants($0, of: student, loss.loss)
            }
            size += sides[1].sumOfSquares
            expectAgreement(
                sides[0], sides[1], "\(name), gradient \(index)",
                tolerance: Self.tolerances[name] ?? 5e-3)
        }
        #expect(size > 0)
    }

    @Test(arguments: names)
    func vanishesWithItsGradientWhereBothSidesAreEqual(_ name: String) throws {
        let loss = try prepared(name)
        let same = try activations(name, 1)
        let (value, gradients) = loss.differentiated(same, same, Self.context)
        let isZero =
            abs(value.scalar) < 1e-5
            && gradients.allSatisfy { $0?.values.allSatisfy { abs($0) < 1e-5 } == true }
        #expect(isZero == loss.loss.traits.contains(.vanishesAtEquality))
    }

    /// Millions, exact zeros, equal samples and tiny numbers, on either side.
    @Test(arguments: names)
    func staysFiniteAtExtremeInputs(_ name: String) throws {
        let loss = try prepared(name)
        let shapes = try shapes(name)
        let sides = [
            try activations(name, 1), try activations(name, 2, scale: 1e6),
            try activations(name, 3, scale: 1e-20),
            shapes.map { Tensor(repeating: 0, shape: $0) },
            shapes.map { Tensor(repeating: -1e6, shape: $0) },
            try activations(name, 4).map { dead($0) },
        ]
        for student in sides {
            for teacher in sides {
                let (value, gradients) = loss.differentiated(student, teacher, Self.context)
                #expect(value.isFinite)
                #expect(gradients.allSatisfy { $0?.isFinite == true })
            }
        }
    }

    /// The same with the first two samples zero.
    private func dead(_ x: Tensor) -> Tensor {
        let half = x.count / 2
        let zeros = [Float](repeating: 0, count: half)
        return Tensor(shape: x.shape, values: zeros + x.values.dropFirst(half))
    }

    @Test(arguments: names)
    func isZeroForOneClass(_ name: String) throws {
        guard try Losses.registry.make(name).knowsNoOffset else { return }
        let loss = try prepared(name, classes: 1)
        let context = LossContext(temperature: 3, labels: [0, 0, 0, 0])
        let (value, gradients) = loss.differentiated(
            try activations(name, 1, classes: 1), try activations(name, 2, classes: 1), context)
        #expect(value.scalar == 0)
        #expect(gradients[0]?.values.allSatisfy { $0 == 0 } == true)
    }

    /// Logits mean the same with any number added to a row, quarters being exact at this size.
    @Test(arguments: names)
    func logitsKnowNoOffset(_ name: String) throws {
        guard try Losses.registry.make(name).knowsNoOffset else { return }
        let loss = try prepared(name)
        let sides = [UInt64(1), 2].map { seed in
            Tensor(
                shape: [4, 5], values: normal([20], seed, scale: 8).values.map { $0.rounded() / 4 })
        }
        let moved = sides.map { z in Tensor(shape: z.shape, values: z.values.map { $0 + 4e5 }) }
        let plain = loss.differentiated([sides[0]], [sides[1]], Self.context)
        let shifted = loss.differentiated([moved[0]], [moved[1]], Self.context)
        #expect(plain.value.scalar == shifted.value.scalar)
        #expect(plain.gradients[0]?.values == shifted.gradients[0]?.values)
    }

    @Test(arguments: names)
    func nothingFlowsIntoTheTeachingSide(_ name: String) throws {
        let loss = try prepared(name)
        let tape = Tape()
        let (student, teacher) = (try activations(name, 1), try activations(name, 11))
        let (own, others) = (student.map(tape.leaf), teacher.map(tape.leaf))
        let summary = loss.loss.summary(others).value
        var context = Self.context
        context.parameters = loss.pass()
        tape.backward(from: loss.loss(loss.loss.summary(own), summary, context).value)
        #expect(own.allSatisfy { $0.gradient != nil })
        #expect(others.allSatisfy { $0.gradient == nil })
    }

    /// Everything that a loss learns takes part in it, or, before it teaches, in its auxiliary
    /// scalar.
    @Test(arguments: names)
    func gradientsReachWhatTheLossLearns(_ name: String) throws {
        let loss = try prepared(name)
        let tape = Tape()
        let pass = loss.pass(tape)
        var context = Self.context
        context.parameters = pass
        let learnsApart = loss.loss.traits.contains(.learnsApart)
        if learnsApart { context.epoch = 0 }
        let own = try activations(name, 1).map(tape.leaf)
        let others = loss.loss.summary(try activations(name, 11).map { Variable($0) })
        let term = loss.loss(loss.loss.summary(own), others.value, context)
        #expect((term.auxiliary != nil) == learnsApart)
        tape.backward(from: term.auxiliary ?? term.value)
        let reached = loss.parameters.slots.indices.map { pass.parameter($0).gradient != nil }
        #expect(reached.allSatisfy { $0 })
    }

    /// Summaries are refused where they cannot be compared: other classes, or images of which
    /// neither is a whole multiple of the other. Relations compare samples and take any activation,
    /// and so does what averages over an image's pixels and learns a linear layer.
    @Test(arguments: names)
    func shapesThatDoNotFitAreRefused(_ name: String) throws {
        let summary = try Losses.registry.make(name).summary
        let student = try shapes(name)
        let teacher = student.map { shape in
            shape.count == 2 ? [4, 7] : [4, shape[1] + 1, 3 + shape[2], 3 + shape[3]]
        }
        func prepare() throws { _ = try PreparedLoss(name, student: student, teacher: teacher) }
        let averages = ["byot-feature", "adversarial-features"].contains(name)
        if summary.kind == .relation || averages {
            try prepare()
        } else {
            #expect(throws: SettingError.self) { try prepare() }
        }
    }

    @Test(arguments: names)
    func whateverNeedsLabelsSaysSo(_ name: String) throws {
        let loss = try prepared(name)
        guard !loss.loss.traits.contains(.needsLabels) else { return }
        let student = try activations(name, 1)
        let (with, without) = (Self.context, LossContext(temperature: 2, epoch: 3))
        let teacher = try activations(name, 11)
        let labelled = loss.differentiated(student, teacher, with).value.scalar
        #expect(labelled == loss.differentiated(student, teacher, without).value.scalar)
    }
}

extension DistillationLoss {
    /// Whether it compares logits whose rows mean the same with any number added.
    fileprivate var knowsNoOffset: Bool { summary == .logits && !traits.contains(.readsOffsets) }
}
