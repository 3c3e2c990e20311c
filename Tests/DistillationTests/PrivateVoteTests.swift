import Bytes
import Distillation
import Foundation
import NeuralNetwork
import Options
import Testing

/// What is asked, answered and spent where teachers vote under noise.
@Suite(.timeLimit(.minutes(1)))
struct PrivateVoteTests {
    private static let names = ["lnmax", "confident-gnmax"]
    /// Options by which a few teachers are enough for answers.
    private static let options = [
        "lnmax": ["scale": "0.5", "epsilon": "1e6"],
        "confident-gnmax": [
            "threshold": "6", "sigma1": "1", "sigma2": "0.5", "epsilon": "1e6",
        ],
    ]

    /// Logits of a teacher that names a class for each sample.
    private func ballot(_ classes: [Int], of count: Int = 4) -> Tensor {
        Tensor(
            shape: [classes.count, count],
            values: classes.flatMap { named in (0..<count).map { $0 == named ? 2 : 0 } })
    }

    /// Teachers that name one class for each sample, and others that name the next one.
    private func teachers(_ labels: [Int], agree: Int, differ: Int = 0) -> [Tensor] {
        Array(repeating: ballot(labels), count: agree)
            + Array(repeating: ballot(labels.map { ($0 + 1) % 4 }), count: differ)
    }

    private func vote(
        _ name: String, _ changed: [String: String] = [:]
    ) throws -> any Combination {
        let options = Self.options[name, default: [:]].merging(changed) { $1 }
        return try Combinations.registry.make(name, options: setting(options))
    }

    private struct Step {
        let loss: CombinedLoss
        let gradient: Tensor?
        var spent: PrivacySpent { loss.privacy! }
    }

    /// One step of a student whose logits are all 0.
    private func step(
        _ vote: any Combination, _ teachers: [Tensor], samples: [Int],
        key: NoiseKey = NoiseKey(seeded: RandomKey(seed: 5)), classes: Int = 4,
        _ memory: inout TermMemory
    ) throws -> Step {
        let tape = Tape()
        let leaf = tape.leaf(Tensor(repeating: 0, shape: [samples.count, classes]))
        let loss = try vote.combined(
            leaf, teachers.named, by: Losses.registry.make("ce"),
            LossContext(samples: samples, noise: key), memory: &memory)
        tape.backward(fromAny: loss.term.value)
        return Step(loss: loss, gradient: leaf.gradient(of: loss.term.value))
    }

    /// The class that a gradient draws each sample to; nil where it draws to none.
    private func answers(_ step: Step) throws -> [Int?] {
        let gradient = try #require(step.gradient)
        return (0..<gradient.shape[0]).map { row in
            gradient.rows(row..<row + 1).values.firstIndex { $0 < 0 }
        }
    }

    /// The second epoch asks nothing and learns the same.
    @Test(arguments: names)
    func aSampleIsAskedForOnce(name: String) throws {
        let vote = try vote(name)
        var memory = TermMemory()
        let labels = [2, 0, 3, 1, 1]
        let teachers = teachers(labels, agree: 12)
        let first = try step(vote, teachers, samples: [7, 3, 9, 8, 1], &memory)
        #expect(first.spent.queries == 5 && first.spent.answers == 5)
        #expect(try answers(first) == labels)
        var restored = TermMemory(encoded: try memory.encoded())
        let other = Array(repeating: ballot([0, 0, 0, 0, 0]), count: 12)
        let again = try step(
            vote, other, samples: [7, 3, 9, 8, 1], key: .random(), &restored)
        #expect(again.spent.epsilon == first.spent.epsilon && again.spent.queries == 5)
        #expect(again.gradient?.values == first.gradient?.values)
        let twice = try step(vote, teachers, samples: [20, 20, 20, 20, 20], &memory)
        #expect(twice.spent.queries == 6)
    }

    /// Samples without an answer contribute nothing, and others as much as without them.
    @Test func whatHasNoAnswerContributesNoTerm() throws {
        let vote = try vote("confident-gnmax", ["sigma1": "0.01"])
        var memory = TermMemory()
        // Of the second and the fourth sample no class has six votes.
        let ballots = (0..<8).map { ballot([2, $0 % 4, 3, ($0 + 1) % 4]) }
        let found = try step(vote, ballots, samples: [0, 1, 2, 3], &memory)
        #expect(found.spent.queries == 4 && found.spent.answers == 2)
        #expect(try answers(found) == [2, nil, 3, nil])
        #expect(found.loss.open == 0.5)
        // log 4 for each of two samples, averaged over four.
        #expect(abs(found.loss.term.value.value.scalar - 0.5 * Float(log(4.0))) < 1e-6)
        let gradient = try #require(found.gradient)
        #expect(gradient.rows(1..<2).values.allSatisfy { $0 == 0 })
        #expect(abs(gradient.values[2] + 0.75 / 4) < 1e-6)
        let none = try step(vote, ballots, samples: [1, 3, 1, 3], &memory)
        #expect(none.loss.term.value.value.scalar == 0 && none.loss.open == 0)
        #expect(none.spent.queries == 4)
    }

    /// Nothing is asked from where ε could be exceeded, and ε never is.
    @Test(arguments: names, [0.5, 3, 20])
    func theLimitHolds(name: String, limit: Double) throws {
        let vote = try vote(
            name,
            ["epsilon": "\(limit)", "scale": "10", "sigma1": "8", "sigma2": "6"]
                .filter { Self.options[name, default: [:]].keys.contains($0.key) })
        var memory = TermMemory()
        var queries: [Int] = []
        for batch in 0..<400 {
            let labels = (0..<8).map { ($0 + batch) % 4 }
            let found = try step(
                vote, teachers(labels, agree: 9, differ: 2),
                samples: (0..<8).map { 8 * batch + $0 }, &memory)
            #expect(found.spent.epsilon <= limit)
            queries.append(found.spent.queries)
        }
        let end = try #require(queries.last)
        #expect(end < 3200 && queries.dropLast(50).last == end)
        let spent = try #require(try vote.privacySpent(in: memory))
        #expect(spent.queries == end && spent.limit == limit && spent.delta == 1e-5)
        #expect(limit < 1 || spent.epsilon > 0.5 * limit)
        #expect(spent.epsilonByVotes == nil)
    }

    /// The same key gives the same answers whatever the order of samples; another gives others.
    @Test(arguments: names)
    func noiseFollowsFromTheKeyAndTheSample(name: String) throws {
        let vote = try vote(name, name == "lnmax" ? ["scale": "20"] : ["sigma2": "20"])
        let samples = Array(0..<64)
        func found(_ key: NoiseKey, reversed: Bool = false) throws -> [Int?] {
            var memory = TermMemory()
            let order = reversed ? samples.reversed() : samples
            let step = try step(
                vote, teachers(order.map { $0 % 4 }, agree: 8), samples: order, key: key, &memory)
            let answers = try answers(step)
            return reversed ? answers.reversed() : answers
        }
        let key = NoiseKey(seeded: RandomKey(seed: 1))
        #expect(try found(key) == found(key, reversed: true))
        #expect(try found(key) != found(NoiseKey(seeded: RandomKey(seed: 2))))
        #expect(try found(key) != found(key.child("another term")))
        #expect(NoiseKey.random() != NoiseKey.random())
        #expect(NoiseKey.random().bytes.count == 32)
    }

    /// The frequencies of wins agree with the probability that noise turns two votes around.
    @Test func noiseIsOfItsDistributionAndScale() throws {
        // P(the class with 2 votes less wins): of Laplace noise (2 + 2/b)/(4·e^(2/b)), of normal
        // noise Φ(−2/(σ√2)).
        let cases = [
            ("lnmax", ["scale": "1.5"], (2 + 2 / 1.5) / (4 * exp(2 / 1.5))),
            (
                "confident-gnmax", ["threshold": "0", "sigma1": "1", "sigma2": "1.5"],
                erfc(2 / 3.0) / 2
            ),
        ]
        for (name, options, probability) in cases {
            let vote = try vote(name, options)
            let samples = Array(0..<20_000)
            let labels = samples.map { _ in 0 }
            var memory = TermMemory()
            let step = try step(
                vote, [ballot(labels, of: 2), ballot(labels, of: 2)], samples: samples,
                classes: 2, &memory)
            let given = try answers(step).compactMap(\.self)
            #expect(given.count > 19_000)
            let share = Double(given.count { $0 == 1 }) / Double(given.count)
            #expect(abs(share - probability) < 0.012, "\(name): \(share), not \(probability)")
        }
    }

    /// By the votes, agreement costs less, and never more than whatever the votes.
    @Test(arguments: names)
    func agreementCostsLess(name: String) throws {
        let noise = name == "lnmax" ? ["scale": "20"] : ["sigma1": "20", "sigma2": "12"]
        let vote = try vote(name, noise.merging(["by-votes": "true"]) { $1 })
        func found(agree: Int, differ: Int) throws -> PrivacySpent {
            var memory = TermMemory()
            let labels = (0..<40).map { $0 % 4 }
            return try step(
                vote, teachers(labels, agree: agree, differ: differ), samples: Array(0..<40),
                &memory
            ).spent
        }
        let (clear, close) = (
            try found(agree: 250, differ: 0), try found(agree: 126, differ: 124)
        )
        let byVotes = try #require(clear.epsilonByVotes)
        #expect(byVotes < 0.7 * clear.epsilon)
        #expect(try #require(close.epsilonByVotes) <= close.epsilon * 1.01)
        #expect(byVotes < (close.epsilonByVotes ?? 0))
        #expect(clear.queries == 40 && close.queries == 40)
    }

    @Test func othersSpendNothing() throws {
        let median = try Combinations.registry.make("median")
        #expect(try median.privacySpent(in: TermMemory()) == nil)
    }
}
