import Bytes
import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct DivisionTests {
    private let learners = ["a", "b", "c"]
    private let tenClasses = labelled((0..<997).map { $0 * $0 % 10 }, classCount: 10)

    @Test func divisionsAreTheReferences() throws {
        for vector in try Vectors.read().divisions {
            let names = vector.parts.indices.map(String.init)
            let division = try Division(
                of: labelled(vector.labels, classCount: vector.classes), among: names,
                labels: LabelOptions(each: vector.each, isPrivate: true, skew: vector.skew),
                validation: .count(vector.held), seed: vector.seed)
            #expect(names.map { division.labelled[$0] } == vector.parts)
            #expect(division.validation == vector.validation)
            #expect(division.pool == vector.rest)
        }
    }

    @Test(arguments: 0..<20) func privateLabelsAreDisjointAndThePoolIsTheRest(
        _ seed: UInt64
    ) throws {
        let division = try Division(
            of: tenClasses, among: learners, labels: LabelOptions(each: 60, isPrivate: true),
            validation: .share(0.1), seed: seed)
        let pool = try #require(division.pool)
        let parts = learners.compactMap { division.labelled[$0] } + [pool, division.validation]
        #expect(parts.map(\.count) == [60, 60, 60, 717, 100])
        #expect(parts.joined().sorted() == Array(0..<997))
        #expect(parts.allSatisfy { $0 == $0.sorted() })
        #expect(division.shared == nil)
        #expect(division.common == pool)
    }

    /// Squares end in 0, 1, 4, 5, 6 or 9 only: six classes share 60 samples.
    @Test(arguments: 0..<20) func labelsAreBalanced(_ seed: UInt64) throws {
        for isPrivate in [true, false] {
            let division = try Division(
                of: tenClasses, among: learners,
                labels: LabelOptions(each: 60, isPrivate: isPrivate), seed: seed)
            for learner in learners {
                let samples = try #require(division.labelled[learner])
                let counts = (0..<10).map { digit in
                    samples.count { tenClasses.train.labels[$0] == digit }
                }
                #expect(counts == [10, 10, 0, 0, 10, 10, 10, 0, 0, 10])
            }
        }
    }

    /// Of a symmetric Dirichlet distribution over K classes, a share has the mean 1/K and the
    /// variance (K − 1) / (K²·(K·α + 1)).
    @Test(arguments: [0.1, 1, 10]) func skewedLabelsHaveTheDistributionsSpread(
        _ concentration: Double
    ) throws {
        let (classes, each) = (10, 100)
        let corpus = labelled((0..<100_000).map { $0 % classes }, classCount: classes)
        let names = (0..<100).map(String.init)
        let division = try Division(
            of: corpus, among: names,
            labels: LabelOptions(each: each, isPrivate: true, skew: concentration), seed: 5)
        let shares = try names.flatMap { name in
            let samples = try #require(division.labelled[name])
            #expect(samples.count == each && Set(samples).count == each)
            return (0..<classes).map { label in
                Double(samples.count { corpus.train.labels[$0] == label }) / Double(each)
            }
        }
        let k = Double(classes)
        let variance =
            shares.map { ($0 - 1 / k) * ($0 - 1 / k) }.reduce(0, +) / Double(shares.count)
        let expected = (k - 1) / (k * k * (k * concentration + 1))
        #expect(abs(variance / expected - 1) < 0.15)
        #expect(Set(names.flatMap { division.labelled[$0] ?? [] }).count == 100 * each)
    }

    @Test func aRemainderGoesToDifferentClasses() throws {
        let corpus = labelled((0..<40).map { $0 % 4 }, classCount: 4)
        let division = try Division(
            of: corpus, among: learners, labels: LabelOptions(each: 5, isPrivate: true), seed: 1)
        let twice = learners.map { learner in
            (0..<4).filter { label in
                division.labelled[learner]?.count { corpus.train.labels[$0] == label } == 2
            }
        }
        #expect(twice == [[0], [1], [2]])
    }

    @Test func sharedLabelsAreEveryonesAndTheCommonOnes() throws {
        let division = try Division(
            of: tenClasses, among: learners, labels: LabelOptions(each: 60), seed: 4)
        let shared = try #require(division.shared)
        #expect(learners.allSatisfy { division.labelled[$0] == shared })
        #expect(division.pool == nil)
        #expect(division.common == shared)
    }

    @Test func sharedLabelsMayLeaveAPool() throws {
        let division = try Division(
            of: tenClasses, among: learners, labels: LabelOptions(each: 60, pool: .rest), seed: 4)
        let shared = try #require(division.shared)
        #expect(division.common == (0..<997).filter { !shared.contains($0) })
    }

    @Test func withoutAPoolPrivateLearnersHaveNothingInCommon() throws {
        let division = try Division(
            of: tenClasses, among: learners,
            labels: LabelOptions(each: 60, isPrivate: true, pool: .empty), seed: 4)
        #expect(division.common == nil)
    }

    @Test func allAreLabelledByDefault() throws {
        let division = try Division(of: tenClasses, among: ["a"], seed: 1)
        #expect(division.labelled == ["a": Array(0..<997)])
        #expect(division.common == Array(0..<997))
        #expect(division.validation.isEmpty)
    }

    /// Learners that all have data of their own leave the whole corpus to the pool.
    @Test func withoutLearnersAllIsPool() throws {
        let division = try Division(
            of: tenClasses, among: [], labels: LabelOptions(each: 60, isPrivate: true), seed: 1)
        #expect(division.pool == Array(0..<997))
        #expect(division.labelled.isEmpty)
    }

    @Test func theDivisionIsTheSeeds() throws {
        let divisions = try [1, 1, 2].map { seed in
            try Division(
                of: tenClasses, among: learners, labels: LabelOptions(each: 60, isPrivate: true),
                validation: .count(50), seed: seed)
        }
        #expect(divisions[0] == divisions[1])
        #expect(divisions[0].labelled["a"] != divisions[2].labelled["a"])
        #expect(divisions[0].validation != divisions[2].validation)
    }

    @Test func askingForMoreThanThereIsSaysTheNumbers() {
        let tooMany = LabelOptions(each: 400, isPrivate: true)
        let text = message {
            try Division(
                of: tenClasses, among: learners, labels: tooMany, validation: .count(97), seed: 1)
        }
        #expect(text.contains("400 for each of 3 learners"))
        #expect(text.contains("900 samples") && text.contains("997 less 97"))
        for labels in [
            tooMany, LabelOptions(each: 998), LabelOptions(each: 997, pool: .rest),
            LabelOptions(each: Int.max, isPrivate: true),
        ] {
            #expect(
                exitCode { try Division(of: tenClasses, among: learners, labels: labels, seed: 1) }
                    == .configuration)
        }
        #expect(
            exitCode {
                try Division(of: tenClasses, among: learners, validation: .count(997), seed: 1)
            } == .configuration)
    }
}
