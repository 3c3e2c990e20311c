import Distillation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Values and gradients of every loss and combination against PyTorch in float64.
@Suite(.timeLimit(.minutes(1)))
struct LossReferenceTests {
    /// The losses that `scripts/reference/losses.py` computes.
    private static let losses = [
        "kd", "dml", "dml_e", "ce", "reverse-kl", "js", "mae", "dkd", "nkd", "dist", "mlkd", "byot",
        "labels",
        "ps-kd", "consistency", "cwtm", "dkpp", "hint", "at", "nst", "fsp", "byot-feature", "vid",
        "ofd", "review", "cat", "rkd-distance", "rkd-angle", "sp", "pkt", "crd-batch",
    ]
    /// The combinations that `scripts/reference/combinations.py` computes.
    private static let combinations = [
        "pairwise", "sum", "probabilities", "logits", "era", "entropy", "learned",
        "trimmed", "median", "reputation", "kdcl-naive", "kdcl-linear", "kdcl-min-logit",
        "kdcl-general",
    ]

    @Test(arguments: losses)
    func lossAgrees(_ name: String) throws {
        for example in try ReferenceCase.all("loss/\(name)") {
            try expectAgreement(ofLoss: name, with: example)
        }
    }

    @Test(arguments: combinations)
    func combinationAgrees(_ name: String) throws {
        for example in try ReferenceCase.all("combination/\(name)") {
            let stacked = try example.tensor("teachers")
            let teachers = (0..<stacked.shape[0]).map {
                stacked.rows($0..<$0 + 1).reshaped(Array(stacked.shape.dropFirst()))
            }
            let prepared = try PreparedCombination(
                name, options: example.settings, teachers: teachers.count,
                parameters: example.group("parameter"))
            let loss = try Losses.registry.make(example.option("loss", ""))
            let found = try prepared.differentiated(
                try example.tensor("student"), teachers, by: loss, example.context,
                memory: prepared.combination.traits.contains(.needsErrors)
                    ? example.memory : TermMemory())
            let what = "\(name)/\(example.name)"
            expectAgreement(found.value, try example.tensor("value"), what)
            expectAgreement(found.gradient, try example.tensor("gradient"), "\(what), gradient")
            try expectSame(found.auxiliary, "auxiliary", of: example)
            try expectSame(found.weights, "weights.gradient", of: example)
            let shares = found.shares.map {
                Tensor(shape: [$0.count], values: $0.map { Float($0) })
            }
            if example.tensors["shares"] != nil {
                try expectSame(shares, "shares", of: example)
            }
        }
    }

    /// Those of which it computes small distances.
    private static let near = losses.filter {
        [
            "kd", "dml", "dml_e", "reverse-kl", "js", "mae", "dkd", "dist", "mlkd", "at", "nst",
            "sp", "pkt",
        ]
        .contains($0)
    }

    /// Where both sides nearly agree, a reported distance is right within the rounding of both
    /// sides, and never negative.
    @Test(arguments: near)
    func smallDistancesAreRight(_ name: String) throws {
        for example in try ReferenceCase.all("near/\(name)") {
            let (student, teacher) = (
                try example.activations("student"), try example.activations("teacher")
            )
            let loss = try PreparedLoss(
                name, student: student.map(\.shape), teacher: teacher.map(\.shape))
            let found = loss.differentiated(student, teacher, example.context).value.scalar
            let expected = try example.tensor("value").scalar
            let distance = try #require(Float(example.name))
            #expect(found >= 0 && found.sign == .plus, "\(name) at \(distance): \(found)")
            // Roundings count in proportion to the distance; but `nst` is a difference and `at` a
            // norm.
            let bound = ["nst", "at"].contains(name) ? 1e-7 : 1e-5 * distance + 1e-12
            #expect(
                abs(found - expected) <= bound, "\(name) at \(distance): \(found), not \(expected)")
        }
    }

    /// What a case has, the combination must have too, and nothing that it has not.
    private func expectSame(
        _ actual: Tensor?, _ key: String, of example: ReferenceCase
    ) throws {
        guard example.tensors[key] != nil else {
            #expect(actual == nil, "\(example.name) has no \(key)")
            return
        }
        expectAgreement(
            actual, try example.tensor(key), "\(example.name), \(key)")
    }
}

extension ReferenceCase {
    /// What the case sets beside the activations.
    var context: LossContext {
        LossContext(
            temperature: option("temperature", 1),
            labels: tensors["labels"]?.int64s.map { $0.map { Int($0) } },
            epoch: option("epoch", 0))
    }

    /// What the last epoch left, where the case has errors.
    fileprivate var memory: TermMemory {
        guard let matrix = tensors["covariance"]?.tensor else { return TermMemory() }
        let rows = (0..<matrix.shape[0]).map { matrix.rows($0..<$0 + 1).values.map(Double.init) }
        return TermMemory(ErrorCovariance(rows: rows))
    }

    /// `student/0`, `student/1`, … of the case.
    func activations(_ side: String) throws -> [Tensor] {
        try group(side).sorted { $0.key < $1.key }.map { try #require($0.value.tensor) }
    }

    /// The options of the loss or the combination itself.
    var settings: Setting? {
        setting(
            Dictionary(
                uniqueKeysWithValues: options.filter { $0.key.hasPrefix("set.") }
                    .map { (String($0.key.dropFirst(4)), $0.value) }))
    }
}
