import CohortGraph
import NeuralNetwork
import Testing
import Training

/// `training.clip` is one norm over everything that a step updates.
@Suite(.timeLimit(.minutes(1))) struct ClippingTests {
    private func cohort(_ edge: EdgeOptions, clip: Float?) -> TestCohort {
        var cohort = TestCohort.plain(
            [
                .init(name: "t", steps: 0, architecture: MLP(hidden: [5])),
                .init(name: "u", steps: 0, architecture: MLP(hidden: [5])),
                .init(name: "s", steps: 1),
            ], [EdgeGroup(from: edge.knowledge == .feature ? ["t"] : ["t", "u"], to: "s", edge)])
        cohort.clip = clip
        return cohort
    }

    /// How far one step of plain gradient descent moved the model and every group beside it.
    private func moves(_ edge: EdgeOptions, clip: Float?) throws -> (all: [[Float]], norm: Double?)
    {
        let cohort = cohort(edge, clip: clip)
        let before = try cohort.assemblies[2].initialState
        let trained = try #require(try cohort.train()["s"])
        let sides = [before, trained.state].map { state in
            [state.parameters.flat.values] + state.groups.map(\.parameters.flat.values)
        }
        let moves = zip(sides[0], sides[1]).map { old, new in zip(new, old).map { $0 - $1 } }
        return (moves, trained.intervals.first?.gradientNorm)
    }

    private static let edges = [
        EdgeOptions(
            loss: "hint", knowledge: .feature,
            taps: Taps(from: ["features"], to: ["features"]), weight: 3),
        EdgeOptions(loss: "kd", combination: "learned", temperature: 2),
    ]

    @Test(arguments: edges.indices)
    func modelAndEdgesAreScaledByOneFactor(_ index: Int) throws {
        let free = try moves(Self.edges[index], clip: nil)
        // The rate is 0.1.
        let norm = free.all.joined().reduce(0.0) { $0 + 100 * Double($1) * Double($1) }.squareRoot()
        let clipped = try moves(Self.edges[index], clip: Float(norm / 2))
        #expect(free.all.count > 1 && free.all[1...].contains { $0.contains { $0 != 0 } })
        #expect(free.norm == nil)
        #expect(abs(try #require(clipped.norm) / norm - 1) < 1e-4)
        for (whole, half) in zip(free.all.joined(), clipped.all.joined()) {
            #expect(abs(whole / 2 - half) < 1e-6)
        }
        // Where the norm is within the limit nothing changes.
        #expect(try moves(Self.edges[index], clip: Float(norm * 2)).all == free.all)
    }
}
