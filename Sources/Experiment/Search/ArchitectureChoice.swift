import Bytes
import NeuralNetwork
import Options
import Reporting

/// A net that a search chose, and what is known of it.
public struct SearchedCandidate: Codable, Hashable, Sendable {
    /// The name of its learner: `found`, `one-shot`, `random-1`, …
    public var name: String
    /// As configuration writes them.
    public var blocks: [String]
    /// The place of the candidate of each layer, of all blocks in one list.
    public var path: [Int]
    /// The sum of its blocks' ratings: the smaller, the better.
    public var score: Double
    /// What the whole net costs.
    public var cost: SearchCost
    /// Its accuracy on the validation samples as a path of the trained supernet; nil where there
    /// is none.
    public var supernetAccuracy: Double?

    enum CodingKeys: String, CodingKey {
        case name, blocks, path, score, cost
        case supernetAccuracy = "supernet_accuracy"
    }

    /// What `model: searched` reads.
    public var file: SearchedFile {
        get throws {
            SearchedFile(
                try blocks.map { (text) throws(SettingError) in try SearchedBlock(text) },
                parameters: cost.parameters, multiplyAdds: cost.multiplyAdds, score: score)
        }
    }
}

/// Chooses nets of a search within a budget, by the ratings of their paths.
public struct ArchitectureChoice: Sendable {
    private let space: ArchitectureSearchSpace
    /// Of each block, every path.
    public let ratings: [[PathRating]]
    private let classifier: SearchCost
    private let budget: SearchBudget

    /// Rates the paths of the blocks that a run trained.
    ///
    /// - Throws: ``SettingError`` where no net is within the budget.
    public init(
        _ space: ArchitectureSearchSpace, of run: RunDirectory, within budget: SearchBudget
    ) throws {
        self.init(
            space, try space.ratings(of: run),
            classifier: try space.costs(for: Assembler(space.base)).classifier, within: budget)
    }

    package init(
        _ space: ArchitectureSearchSpace, _ ratings: [[PathRating]], classifier: SearchCost,
        within budget: SearchBudget
    ) {
        (self.space, self.ratings) = (space, ratings)
        (self.classifier, self.budget) = (classifier, budget)
    }

    /// The net whose blocks imitate the teacher best.
    ///
    /// - Throws: ``SettingError`` where no net is within the budget.
    public func found() throws -> SearchedCandidate {
        guard
            let paths = PathCombination.best(of: ratings, besides: classifier, within: budget)
        else { throw noNet }
        return candidate("found", along: paths.flatMap(\.path))
    }

    private var noNet: SettingError {
        let least = ratings.reduce(classifier) { cost, block in
            cost
                + SearchCost(
                    parameters: block.map(\.cost.parameters).min() ?? 0,
                    multiplyAdds: block.map(\.cost.multiplyAdds).min() ?? 0)
        }
        return SettingError(
            "search: no net is within the budget; the smallest has \(least.parameters) parameters and"
                + " \(least.multiplyAdds) multiply-adds")
    }

    /// A net of a path.
    private func candidate(_ name: String, along path: [Int]) -> SearchedCandidate {
        let parts = parts(of: path)
        return SearchedCandidate(
            name: name, blocks: space.net(along: path).map(\.text), path: path,
            score: parts.reduce(0) { $0 + $1.score }, cost: cost(of: parts))
    }

    private func cost(of parts: [PathRating]) -> SearchCost {
        parts.reduce(classifier) { $0 + $1.cost }
    }

    /// The rated paths that a net is made of.
    private func parts(of path: [Int]) -> [PathRating] {
        var rest = path[...]
        return zip(ratings, space.blocks).compactMap { ratings, block in
            let part = Array(rest.prefix(block.layers.count))
            rest = rest.dropFirst(block.layers.count)
            return ratings.first { $0.path == part }
        }
    }

    /// The candidates of each layer, of all blocks in one list.
    private var choices: [Int] { space.blocks.flatMap { $0.layers.map(\.count) } }

    /// The least share of the budget that random nets take: a net far below it is no rival.
    private static let leastShare = 0.75
    /// How often nets are drawn for each that is wanted.
    private static let attempts = 2000

    /// Nets drawn at random, each alike probable, among those that take at least three quarters of
    /// the budget; no two are the same.
    ///
    /// - Returns: fewer than `count` where there are not as many, or they are too rare.
    public func random(count: Int, key: RandomKey, except known: [SearchedCandidate])
        -> [SearchedCandidate]
    {
        var seen = Set(known.map(\.path))
        var nets: [SearchedCandidate] = []
        for attempt in 0..<Self.attempts * count where nets.count < count {
            let key = key.child(attempt)
            let path = choices.enumerated().map { key.integer(below: $0.element, at: $0.offset) }
            let cost = cost(of: parts(of: path))
            guard budget.allows(cost), budget.share(of: cost) >= Self.leastShare,
                seen.insert(path).inserted
            else { continue }
            nets.append(candidate("random-\(nets.count + 1)", along: path))
        }
        return nets
    }

    /// The path of the supernet of whole nets that an evolution finds to be the most accurate.
    ///
    /// - Parameter accuracy: of a path.
    /// - Throws: ``SettingError`` where no net is within the budget.
    public func oneShot(
        population: Int, generations: Int, key: RandomKey, accuracy: ([Int]) -> Double
    ) throws -> SearchedCandidate {
        let evolution = PathEvolution(
            population: population, generations: generations,
            parents: max(1, population / Self.childrenOfParent), key: key)
        let best = evolution.best(
            of: choices, where: { budget.allows(cost(of: parts(of: $0))) }, fitness: accuracy)
        guard let best else { throw noNet }
        var candidate = candidate("one-shot", along: best.path)
        candidate.supernetAccuracy = best.fitness
        return candidate
    }

    /// Paths of a generation for each that they are made of, as in the paper.
    private static let childrenOfParent = 5
}
