import Foundation
import NeuralNetwork
import ReferenceNumbers
import Testing
import Training

/// The choice of exemplars against a program that follows its definition.
@Suite(.timeLimit(.minutes(1))) struct HerdingTests {
    private func cases() throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/exemplars.safetensors"), group: "herding")
    }

    @Test func everyChoiceBringsTheMeanNearest() throws {
        for example in try cases() {
            let directions = FeatureDirections(try example.tensor("features"))
            let expected = try #require(example.tensors["chosen"]?.int64s).map { Int($0) }
            let chosen = directions.herded(example.option("most", 0))
            #expect(chosen == expected, "\(example.name)")
            let direction = directions.direction(of: chosen)
            let found = try example.tensor("direction").values
            for (own, other) in zip(direction, found) {
                #expect(abs(own - Double(other)) < 1e-6)
            }
        }
    }

    /// A smaller budget keeps the first of a larger one.
    @Test func aSmallerBudgetKeepsTheFirst() throws {
        for example in try cases() {
            let directions = FeatureDirections(try example.tensor("features"))
            let all = directions.herded(directions.rows.count)
            #expect(Set(all).count == directions.rows.count)
            for count in 0...all.count {
                #expect(directions.herded(count) == Array(all.prefix(count)))
            }
            #expect(directions.herded(all.count + 5) == all)
        }
    }
}
