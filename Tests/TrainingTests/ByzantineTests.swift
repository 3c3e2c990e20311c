import Bytes
import CohortGraph
import Distillation
import NeuralNetwork
import Testing
import Training

/// Learners that lie, and what a step makes of those whose knowledge cannot be used.
@Suite(.timeLimit(.minutes(1)))
struct ByzantineTests {
    private static let names = ["a", "b", "c"]

    /// Three that teach one another on a pool; `c` may lie.
    private func cohort(
        _ attack: ByzantineBehaviour?, combination: String = "pairwise", teachers: [String] = names
    ) -> TestCohort {
        let looksAtLabels = combination.hasPrefix("kdcl") || combination == "learned"
        var cohort = TestCohort(
            Self.names.enumerated().map { index, name in
                .init(
                    name: name,
                    labelled: looksAtLabels ? 0..<60 : index * 12..<index * 12 + 12,
                    byzantine: name == "c" ? attack : nil)
            },
            Self.names.map { name in
                let others = name == "c" ? ["a", "b"] : teachers.filter { $0 != name }
                return EdgeGroup(
                    from: others, to: name, EdgeOptions(loss: "dml", combination: combination))
            })
        cohort.pool = looksAtLabels ? nil : 36..<60
        return cohort
    }

    /// Who says nothing of use counts for nothing: the others learn to the bit what they would if
    /// it did not teach at all.
    @Test(arguments: ["pairwise", "probabilities", "trimmed", "median", "reputation"])
    func oneWithoutNumbersIsDoneWithout(_ combination: String) throws {
        let attacked = try cohort(.nan, combination: combination).train()
        let without = try cohort(nil, combination: combination, teachers: ["a", "b"]).train()
        for name in Self.names {
            #expect(attacked[name]?.error == nil)
            #expect(attacked[name]?.state.digest == without[name]?.state.digest)
        }
        let absences = attacked["a"]?.intervals.compactMap(\.absences)
        #expect(absences == [["c": 4], ["c": 4], ["c": 4]])
        #expect(without["a"]?.intervals.allSatisfy { $0.absences == nil } == true)
    }

    /// A combination that takes all of its teachers is silent where one is missing.
    @Test(arguments: ["kdcl-general", "kdcl-linear", "learned", "entropy", "sum"])
    func everyCombinationGoesOn(_ combination: String) throws {
        let attacked = try cohort(.nan, combination: combination).train()
        for name in Self.names { #expect(attacked[name]?.error == nil) }
    }

    /// An attack reaches its students, and changes nothing of what it itself learns at the first
    /// step.
    @Test(arguments: ByzantineBehaviour.allCases.filter { $0 != .nan })
    func aLieIsHeard(_ attack: ByzantineBehaviour) throws {
        let honest = try cohort(nil).train()
        let attacked = try cohort(attack).train()
        #expect(attacked["a"]?.error == nil)
        #expect(attacked["a"]?.state.digest != honest["a"]?.state.digest)
        let again = try cohort(attack).train()
        #expect(attacked["a"]?.state.digest == again["a"]?.state.digest)
    }

    @Test func liesAreWhatTheyAreCalled() {
        let logits = Tensor(shape: [2, 3], values: [3, 1, 2, -5, 0, 5])
        let key = RandomKey(seed: 1)
        func named(_ attack: ByzantineBehaviour) -> [Int] {
            attack.falsified(logits, key: key).argmax
        }
        #expect(named(.constant) == [0, 0])
        #expect(named(.leastLikely) == [1, 0])
        #expect(named(.shuffled) == [2, 0])
        let nothing = ByzantineBehaviour.nan.falsified(logits, key: key).values
        #expect(nothing.count == 6 && nothing.allSatisfy(\.isNaN))
        let many = Tensor(repeating: 0, shape: [300, 3])
        let random = ByzantineBehaviour.random.falsified(many, key: key).argmax
        for label in 0..<3 { #expect((60...140).contains(random.count { $0 == label })) }
        #expect(ByzantineBehaviour.random.falsified(many, key: RandomKey(seed: 2)).argmax != random)
    }

    /// The learner's state remembers its teachers.
    @Test func reputationsAreKept() throws {
        let outcome = try cohort(.constant, combination: "reputation").train()
        let kept = try #require(outcome["a"]?.state.terms.first?.combination)
            .value(of: [String: Reputation].self, default: [:])
        #expect(kept.keys.sorted() == ["b", "c"])
        #expect(kept.values.allSatisfy { $0.distance > 0 })
    }
}
