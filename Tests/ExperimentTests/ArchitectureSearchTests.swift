import Bytes
import CohortGraph
import Experiment
import NeuralNetwork
import Options
import Testing

/// What a search for an architecture computes once paths are rated, and what it asks for.
@Suite(.timeLimit(.minutes(1))) struct ArchitectureSearchTests {
    /// Ratings of blocks, drawn at random; scores are no multiples of one another.
    private func ratings(seed: UInt64, blocks: Int = 3, paths: Int = 7) -> [[PathRating]] {
        let key = RandomKey(seed: seed)
        return (0..<blocks).map { block in
            (0..<paths).map { path in
                let key = key.child(block).child(path)
                return PathRating(
                    path: [path], score: Double(key.uniform(at: 0)),
                    cost: SearchCost(
                        parameters: 1 + key.integer(below: 100, at: 1),
                        multiplyAdds: 1 + key.integer(below: 100, at: 2)))
            }
        }
    }

    /// As a search through all combinations finds it, for budgets of either kind and of both.
    @Test(arguments: UInt64(0)..<20)
    func theBestCombinationIsThatOfAll(seed: UInt64) {
        let blocks = ratings(seed: seed)
        let fixed = SearchCost(parameters: 5, multiplyAdds: 7)
        for budget in [
            SearchBudget(parameters: 120, multiplyAdds: nil),
            SearchBudget(parameters: nil, multiplyAdds: 90),
            SearchBudget(parameters: 150, multiplyAdds: 130),
            SearchBudget(parameters: 20, multiplyAdds: 20),
        ] {
            var least: Double?
            for first in blocks[0] {
                for second in blocks[1] {
                    for third in blocks[2] {
                        let parts = [first, second, third]
                        let parameters = parts.reduce(5) { $0 + $1.cost.parameters }
                        let work = parts.reduce(7) { $0 + $1.cost.multiplyAdds }
                        guard parameters <= budget.parameters ?? .max,
                            work <= budget.multiplyAdds ?? .max
                        else { continue }
                        least = min(least ?? .infinity, parts.reduce(0) { $0 + $1.score })
                    }
                }
            }
            let found = PathCombination.best(of: blocks, besides: fixed, within: budget)
            let score = found.map { paths in paths.reduce(0) { $0 + $1.score } }
            #expect(score == least)
        }
    }

    /// Numbers of scipy.stats.kendalltau.
    @Test(
        arguments: [
            ([1, 2, 3, 4], [1, 2, 3, 4], 1.0), ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
            ([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.47140452079103173),
            ([1, 2, 3, 4, 5], [3, 1, 2, 5, 4], 0.4), ([1, 1, 2], [1, 2, 3], 0.8164965809277261),
        ] as [([Double], [Double], Double)])
    func ordersAgreeAsKendallSays(a: [Double], b: [Double], tau: Double) throws {
        let found = try #require(RankCorrelation.kendall(a, b))
        #expect(abs(found - tau) < 1e-12)
    }

    @Test func anOrderThatTiesAllSaysNothing() {
        #expect(RankCorrelation.kendall([1, 1, 1], [1, 2, 3]) == nil)
        #expect(RankCorrelation.kendall([1], [1]) == nil)
    }

    /// Where there are few paths, all are looked at; otherwise the best of many is found, the same
    /// by the same key, and each path is asked for once.
    @Test func theEvolutionFindsTheBestPath() throws {
        func fitness(_ path: [Int]) -> Double {
            -Double(path.enumerated().reduce(0) { $0 + abs($1.element - $1.offset % 4) })
        }
        let few = PathEvolution(key: RandomKey(seed: 1))
        #expect(few.best(of: [4, 4], where: { _ in true }, fitness: fitness)?.path == [0, 1])
        var asked: [[Int]] = []
        let choices = Array(repeating: 5, count: 8)
        let many = PathEvolution(
            population: 30, generations: 40, parents: 6, key: RandomKey(seed: 2))
        func best() throws -> (path: [Int], fitness: Double) {
            let found = many.best(
                of: choices, where: { $0[0] == 1 },
                fitness: { path in
                    asked.append(path)
                    return fitness(path)
                })
            return try #require(found)
        }
        let found = try best()
        #expect(Set(asked).count == asked.count && asked.allSatisfy { $0[0] == 1 })
        #expect(found.path == [1, 1, 2, 3, 0, 1, 2, 3])
        let first = asked
        asked = []
        let again = try best()
        #expect(again.path == found.path)
        #expect(asked == first)
        #expect(few.best(of: choices, where: { _ in false }, fitness: fitness) == nil)
    }

    /// mean|Ŷ − Y| / std(Y), by hand.
    @Test func aScoreIsRelativeToTheSpreadOfTheTarget() {
        func batches(_ values: [[Float]]) -> [Tensor] {
            values.map { Tensor(shape: [1, 2], values: $0) }
        }
        let (output, target) = (batches([[1, 1], [3, 7]]), batches([[0, 2], [4, 6]]))
        let score = ArchitectureSearchSpace.score(output, target)
        #expect(abs(score - 1 / 5.0.squareRoot()) < 1e-12)
    }

    private func base(_ more: String = "") throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: """
                data: {set: digits, labels: 128, validation: 50}
                training: {steps: 40, batch: 16}
                learners:
                  t: {model: resnet8, options: {width: 4}}
                \(more)
                """, file: "f", name: "f", registries: .all)
    }

    private func space(
        taps: [String] = [], operations: [String] = ["conv3", "skip"]
    ) throws -> ArchitectureSearchSpace {
        try ArchitectureSearchSpace(
            base(), teacher: "t", taps: taps, layers: 2, operations: operations,
            edge: "{loss: kd, temperature: 4}", training: "{steps: 10}")
    }

    /// Blocks have the channels and the size of the teacher's stages.
    @Test func blocksFollowFromTheTeachersStages() throws {
        let space = try space()
        #expect(space.taps == ["layer1", "layer2", "layer3"])
        #expect(
            space.blocks.map(\.text) == [
                "4/1 conv3|skip conv3|skip", "8/2 conv3|skip conv3|skip",
                "16/2 conv3|skip conv3|skip",
            ])
        #expect(
            space.net(along: [0, 1, 1, 0, 0, 0]).map(\.text) == [
                "4/1 conv3 skip", "8/2 skip conv3", "16/2 conv3 conv3",
            ])
        let whole = try self.space(taps: ["layer3"])
        #expect(whole.blocks[0].stride == 4)
    }

    @Test(arguments: [["layer4"], ["features"], ["layer3", "layer2"]])
    func tapsWhereNoBlockEndsAreRefused(taps: [String]) {
        #expect(throws: SettingError.self) { try space(taps: taps) }
    }

    @Test func anUnknownOperationIsRefused() {
        #expect(throws: SettingError.self) { try space(operations: ["conv4"]) }
    }

    /// A net's cost by its parts is that of the whole model.
    @Test func theCostOfANetIsThatOfItsModel() throws {
        let space = try space(operations: SearchOperations.registry.names)
        let costs = try space.costs(for: Assembler(space.base))
        for seed in 0..<5 {
            let key = RandomKey(seed: UInt64(seed))
            let path = (0..<6).map { key.integer(below: 5, at: $0) }
            let cost = (0..<3).reduce(costs.classifier) { cost, block in
                cost + costs.cost(of: Array(path[2 * block..<2 * block + 2]), ofBlock: block)
            }
            let model = try Model(
                SearchedNet(space.net(along: path)), input: [1, 8, 8], classes: 10)
            #expect(cost.parameters == model.parameterCount)
            #expect(cost.multiplyAdds == model.multiplyAdds.forward)
        }
    }

    /// Nets that are drawn are within the budget, near to it, and no two are the same.
    @Test func randomNetsAreNearTheBudget() throws {
        let space = try space(operations: SearchOperations.registry.names)
        let costs = try space.costs(for: Assembler(space.base))
        let ratings = space.blocks.indices.map { block in
            PathEvolution.all([5, 5]).enumerated().map { place, path in
                PathRating(
                    path: path, score: Double(place), cost: costs.cost(of: path, ofBlock: block))
            }
        }
        let choice = ArchitectureChoice(
            space, ratings, classifier: costs.classifier,
            within: SearchBudget(parameters: 6000, multiplyAdds: nil))
        let found = try choice.found()
        #expect(found.cost.parameters <= 6000)
        let nets = choice.random(count: 8, key: RandomKey(seed: 1), except: [found])
        #expect(nets.count == 8 && Set(nets.map(\.path) + [found.path]).count == 9)
        #expect(nets.allSatisfy { (4500...6000).contains($0.cost.parameters) })
        #expect(nets.allSatisfy { $0.score >= found.score })
        let small = ArchitectureChoice(
            space, ratings, classifier: costs.classifier,
            within: SearchBudget(parameters: 100, multiplyAdds: nil))
        #expect(throws: SettingError.self) { try small.found() }
        try space.check(within: SearchBudget(parameters: 6000, multiplyAdds: nil))
        #expect(throws: SettingError.self) {
            try space.check(within: SearchBudget(parameters: 100, multiplyAdds: nil))
        }
        let other = try ArchitectureSearchSpace(
            base(), teacher: "t", taps: [], layers: 1, operations: ["conv3"],
            edge: "{loss: kdd}", training: "{}")
        #expect(throws: SettingError.self) {
            try other.check(within: SearchBudget(parameters: 6000, multiplyAdds: nil))
        }
    }

    /// What must hold of learners that are blocks.
    @Test(arguments: [
        ("role: block, model: mlp", "name the model 'searched' with one block"),
        (
            "role: block, model: searched, options: {blocks: [8/1 conv3]}",
            "the block yields 8×8×8 after a ReLU, and the teacher's 'layer1' is 4×8×8"
        ),
        ("model: mlp", "is no block, and `blockwise` teaches blocks"),
        (
            "role: block, model: searched, options: {blocks: [4 conv3]}, objective: uncertainty",
            "`objective` has no effect"
        ),
        (
            "role: block, model: searched, options: {blocks: [4 conv3]}, labelled: true",
            "a block has no labels"
        ),
    ])
    func whatIsNoBlockIsRefused(learner: String, complaint: String) throws {
        let error = #expect(throws: SettingError.self) {
            let configuration = try ExperimentConfiguration(
                text: """
                    data: {set: digits, labels: 128}
                    training: {steps: 4, batch: 16}
                    learners:
                      t: {model: resnet8, options: {width: 4}, role: teacher, weights: w}
                      b: {\(learner)}
                    teaching: [{blockwise: {teacher: t, to: b, taps: layer1}}]
                    """, file: "f", name: "f", registries: .all)
            let assembler = try Assembler(configuration)
            if let learner = configuration["b"] { _ = try assembler.model(of: learner) }
        }
        #expect(error?.message.contains(complaint) == true, "\(error?.message ?? "")")
    }
}
