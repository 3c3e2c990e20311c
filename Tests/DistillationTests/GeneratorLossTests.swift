import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// A generator loss of the registry with some options.
struct GeneratorLossCase: Sendable, CustomTestStringConvertible {
    let name: String
    var options: [String: String] = [:]

    var testDescription: String { "\(name) \(options)" }

    /// The names of the losses that learn nothing and take samples as they are.
    static let plain = GeneratorLosses.registry.names.filter {
        (try? GeneratorLosses.registry.make($0))?.views == nil
    }

    /// Each of these by its defaults, and every form of those that have one.
    static let all = plain.flatMap { name in
        let options = GeneratorLosses.registry.options(of: name)
        let forms = options.first { $0.key == "form" }?.help.prefix { $0 != ":" }
            .split(separator: ", ").map(String.init)
        return forms.map { $0.map { Self(name: name, options: ["form": $0]) } }
            ?? [Self(name: name)]
    }

    func loss() throws -> any GeneratorLoss {
        try GeneratorLosses.registry.make(name, options: setting(options))
    }

    /// What nodes show of five samples: near one another, so that they sometimes agree. Neither
    /// their numbers nor the differences from the first are near 0, where sizes have a kink.
    func shown(_ nodes: Int, scale: Float = 1, seed: UInt64 = 1) throws -> [Tensor] {
        let shape =
            switch try loss().summary {
            case .logits: [5, 4]
            case .moments: [5, 2]
            default: [5, 3, 2, 2]
            }
        func numbers(_ seed: UInt64, _ factor: Float) -> Tensor {
            let drawn = normal(shape, seed, scale: factor * scale)
            return Tensor(
                shape: shape, values: drawn.values.map { $0 + ($0 < 0 ? -0.1 : 0.1) * scale })
        }
        let first = numbers(seed, 1)
        return (0..<nodes).map { node in
            var shown = first
            if node > 0 { shown.add(numbers(seed + UInt64(node), 0.7)) }
            return shown
        }
    }

    /// The numbers of nodes to be tried.
    func counts() throws -> [Int] { try [1, 2, 3, 4].filter(loss().nodes.contains) }
}

extension GeneratorLoss {
    /// The scalar of a loss that learns nothing.
    func callAsFunction(_ shown: [Variable]) -> Variable { self(shown, .none) }
}

/// The value of a generator loss or prior with its gradient in everything that is shown.
private func differentiated(
    _ shown: [Tensor], _ loss: ([Variable]) -> Variable
) -> (value: Tensor, gradients: [Tensor?]) {
    let tape = Tape()
    let leaves = shown.map(tape.leaf)
    let value = loss(leaves)
    if value.needsGradient { tape.backward(from: value) }
    return (value.value, leaves.map(\.gradient))
}

/// What generators minimise: against PyTorch in float64, and the laws of the whole registry.
@Suite(.timeLimit(.minutes(1)))
struct GeneratorLossTests {
    private func examples(_ group: String) throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/generation.safetensors"), group: group)
    }

    private func check(_ example: ReferenceCase, _ loss: ([Variable]) -> Variable) throws {
        let count = example.group("shown").count
        let shown = try (0..<count).map { try example.tensor("shown/\($0)") }
        let found = differentiated(shown, loss)
        expectAgreement(found.value, try example.tensor("value"), example.name)
        for (number, gradient) in found.gradients.enumerated() {
            expectAgreement(
                gradient, try example.tensor("gradient/\(number)"),
                "\(example.name), gradient of \(number)")
        }
    }

    @Test(arguments: GeneratorLossCase.plain)
    func agreesWithTheReference(_ name: String) throws {
        for example in try examples("generation/\(name)") {
            let loss = try GeneratorLosses.registry.make(name, options: setting(example.options))
            try check(example) { loss($0) }
        }
    }

    @Test(arguments: ImagePrior.allCases)
    func priorsAgreeWithTheReference(_ prior: ImagePrior) throws {
        for example in try examples("prior/\(prior.rawValue)") {
            try check(example) { prior($0[0]) }
        }
    }

    /// A scalar whose gradient reaches every node, and is that of differences.
    @Test(arguments: GeneratorLossCase.all)
    func gradientsReachEveryNode(_ example: GeneratorLossCase) throws {
        let loss = try example.loss()
        for count in try example.counts() {
            #expect(loss.nodes.contains(count))
            let shown = try example.shown(count)
            let found = differentiated(shown) { loss($0) }
            #expect(found.value.shape == [])
            for (number, gradient) in found.gradients.enumerated() {
                let expected = differences(at: shown[number], near: try #require(gradient)) {
                    var all = shown.map { Variable($0) }
                    all[number] = Variable($0)
                    return loss(all).value.scalar
                }
                #expect(expected.sumOfSquares > 0)
                expectAgreement(
                    gradient, expected, "\(example), gradient \(number)", tolerance: 5e-3,
                    rounding: 1e-5)
            }
        }
    }

    /// By a large step, or by a small one where a first choice changes within the large one; at
    /// small steps rounding counts more.
    private func differences(
        at x: Tensor, near gradient: Tensor, _ value: (Tensor) -> Float
    ) -> Tensor {
        let found = [0.04, 0.01].map { step in
            DistillationTests.differences(at: x, step: step, value).values
        }
        let closest = zip(zip(found[0], found[1]), gradient.values).map { pair, exact in
            abs(pair.0 - exact) < abs(pair.1 - exact) ? pair.0 : pair.1
        }
        return Tensor(shape: x.shape, values: closest)
    }

    /// Millions, exact zeros, equal sides and tiny numbers.
    @Test(arguments: GeneratorLossCase.all)
    func staysFiniteAtExtremeInputs(_ example: GeneratorLossCase) throws {
        let loss = try example.loss()
        let count = try example.counts()[0]
        let shape = try example.shown(1)[0].shape
        let sides =
            try [1, 1e6, 1e-20].map { try example.shown(1, scale: $0, seed: 7)[0] }
            + [0, -1e6].map { Tensor(repeating: $0, shape: shape) }
        for teacher in sides {
            for student in sides {
                let shown = [teacher] + Array(repeating: student, count: count - 1)
                let found = differentiated(shown) { loss($0) }
                #expect(found.value.isFinite)
                #expect(found.gradients.allSatisfy { $0?.isFinite == true })
            }
        }
    }

    /// The mean over students: one that is there twice counts twice.
    @Test(arguments: GeneratorLossCase.all)
    func severalStudentsCountByTheirMean(_ example: GeneratorLossCase) throws {
        guard try example.counts() == [2, 3, 4] else { return }
        let loss = try example.loss()
        let shown = try example.shown(3).map { Variable($0) }
        let each = [shown[1], shown[2]].map { loss([shown[0], $0]).value.scalar }
        let both = loss(shown).value.scalar
        #expect(abs(both - (each[0] + each[1]) / 2) < 1e-6)
        let twice = loss([shown[0], shown[1], shown[1], shown[2]]).value.scalar
        #expect(abs(twice - (2 * each[0] + each[1]) / 3) < 1e-6)
    }

    /// Where all sides are equal nothing is gained: −0, or 1 of 1 − JS.
    @Test func equalSidesDisagreeInNothing() throws {
        for (form, value) in [("kl", 0), ("l1", 0), ("agreeing", 0), ("js", 1)] as [(_, Float)] {
            let example = GeneratorLossCase(name: "disagreement", options: ["form": form])
            let shown = try example.shown(1)
            let found = differentiated(shown + shown) { (try? example.loss())?($0) ?? $0[0] }
            #expect(abs(found.value.scalar - value) < 1e-6, "\(form)")
        }
    }

    /// Where first choices differ throughout, `agreeing` gives nothing and no gradient.
    @Test func onlyAgreeingSamplesCount() throws {
        let loss = try GeneratorLosses.registry.make(
            "disagreement", options: setting(["form": "agreeing"]))
        let sides = [[2, 0, 1, 1, 0, 3], [0, 2, 1, 3, 0, 1]].map {
            Tensor(shape: [2, 3], values: $0)
        }
        let found = differentiated(sides) { loss($0) }
        #expect(found.value.scalar == 0)
        #expect(found.gradients.allSatisfy { $0?.values.allSatisfy { $0 == 0 } == true })
    }

    /// Equally many samples of each class have the least, −log₁₀ C; one class alone has 0.
    @Test func informationIsLeastWhereAllClassesComeEquallyOften() throws {
        let loss = try GeneratorLosses.registry.make("information")
        func value(_ labels: [Int]) -> Float {
            let logits = labels.flatMap { label in (0..<4).map { $0 == label ? 200 : 0 as Float } }
            return loss([Variable(Tensor(shape: [labels.count, 4], values: logits))]).value.scalar
        }
        #expect(abs(value([0, 1, 2, 3]) + Float(log10(4.0))) < 1e-6)
        #expect(abs(value([2, 2, 2, 2])) < 1e-6)
    }

    @Test func aTemperatureWithoutEffectIsRefused() {
        let error = #expect(throws: SettingError.self) {
            try GeneratorLosses.registry.make(
                "disagreement", options: setting(["form": "l1", "temperature": "2"]))
        }
        #expect(error.map { "\($0)" }?.contains("temperature has no effect") == true)
        #expect(throws: SettingError.self) {
            try GeneratorLosses.registry.make("disagreement", options: setting(["form": "mse"]))
        }
    }

    /// Constant images have no variation, and zeros no norm: neither passes a gradient.
    @Test(arguments: ImagePrior.allCases, [[2, 1, 1, 1], [1, 2, 1, 5], [2, 3, 4, 4]])
    func priorsOfNothingAreZero(_ prior: ImagePrior, _ shape: [Int]) {
        let found = differentiated([Tensor(repeating: 0, shape: shape)]) { prior($0[0]) }
        #expect(found.value.scalar == 0)
        #expect(found.gradients[0]?.values.allSatisfy { $0 == 0 } != false)
    }

    /// A line has one shift: the sum is the norm of its differences.
    @Test func imagesOfOneLineVaryAlongIt() {
        let line = Tensor(shape: [1, 1, 1, 3], values: [0, 3, -1])
        #expect(ImagePrior.totalVariation(Variable(line)).value.scalar == 5)
    }
}
