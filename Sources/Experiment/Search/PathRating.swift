/// What a net or a part of it costs.
public struct SearchCost: Codable, Hashable, Sendable {
    /// Numbers that are learned.
    public var parameters: Int
    /// Of one sample, forward.
    public var multiplyAdds: Int

    /// A cost of these sizes.
    public init(parameters: Int, multiplyAdds: Int) {
        (self.parameters, self.multiplyAdds) = (parameters, multiplyAdds)
    }

    static let zero = SearchCost(parameters: 0, multiplyAdds: 0)

    package static func + (a: SearchCost, b: SearchCost) -> SearchCost {
        SearchCost(
            parameters: a.parameters + b.parameters,
            multiplyAdds: a.multiplyAdds + b.multiplyAdds)
    }

    static func - (a: SearchCost, b: SearchCost) -> SearchCost {
        SearchCost(
            parameters: a.parameters - b.parameters,
            multiplyAdds: a.multiplyAdds - b.multiplyAdds)
    }
}

/// The most that a net may cost.
public struct SearchBudget: Codable, Hashable, Sendable {
    /// Nil for any number of parameters.
    public var parameters: Int?
    /// Nil for any number of multiply-adds.
    public var multiplyAdds: Int?

    /// - Precondition: at least one is limited.
    public init(parameters: Int?, multiplyAdds: Int?) {
        precondition(parameters != nil || multiplyAdds != nil, "a budget limits something")
        (self.parameters, self.multiplyAdds) = (parameters, multiplyAdds)
    }

    /// Whether a net of a cost is within it.
    func allows(_ cost: SearchCost) -> Bool {
        cost.parameters <= parameters ?? .max && cost.multiplyAdds <= multiplyAdds ?? .max
    }

    /// The largest share of a limit that a cost takes: 1 for one that uses a limit up.
    func share(of cost: SearchCost) -> Double {
        max(
            parameters.map { Double(cost.parameters) / Double($0) } ?? 0,
            multiplyAdds.map { Double(cost.multiplyAdds) / Double($0) } ?? 0)
    }
}

/// A path through a block: which candidate each layer takes, how well it imitates the teacher, and
/// what it costs.
public struct PathRating: Codable, Hashable, Sendable {
    /// The candidates' places, one for each layer.
    public var path: [Int]
    /// mean|Ŷ − Y| / std(Y) on the validation samples: the smaller, the better.
    public var score: Double
    /// Of the path's layers, as the found net has them.
    public var cost: SearchCost

    /// A rated path.
    public init(path: [Int], score: Double, cost: SearchCost) {
        (self.path, self.score, self.cost) = (path, score, cost)
    }
}

/// One path for each block, combined (*Blockwisely Supervised Neural Architecture Search with
/// Knowledge Distillation*, Li et al. 2020, section 3.4): the sum of their scores is the smallest
/// that the budget allows.
package struct PathCombination {
    private let blocks: [[PathRating]]
    private let budget: SearchBudget
    /// The smallest score, and the smallest costs, of all blocks from one on.
    private let rest: [(score: Double, cost: SearchCost)]
    private var best: (score: Double, paths: [PathRating])?

    /// Looks at all combinations, but for those that cannot be the best.
    ///
    /// - Parameter fixed: what a net costs besides its blocks.
    /// - Returns: nil where no combination is within the budget.
    package static func best(
        of blocks: [[PathRating]], besides fixed: SearchCost, within budget: SearchBudget
    ) -> [PathRating]? {
        var combination = PathCombination(blocks, budget)
        combination.extend([], 0, fixed)
        return combination.best?.paths
    }

    private init(_ blocks: [[PathRating]], _ budget: SearchBudget) {
        self.budget = budget
        self.blocks = blocks.map { block in
            block.sorted {
                $0.score == $1.score
                    ? $0.path.lexicographicallyPrecedes($1.path) : $0.score < $1.score
            }
        }
        var rest: [(score: Double, cost: SearchCost)] = [(0, .zero)]
        for block in self.blocks.reversed() {
            let last = rest[0]
            let least = SearchCost(
                parameters: block.map(\.cost.parameters).min() ?? 0,
                multiplyAdds: block.map(\.cost.multiplyAdds).min() ?? 0)
            rest.insert((last.score + (block.first?.score ?? 0), last.cost + least), at: 0)
        }
        self.rest = rest
    }

    private mutating func extend(_ paths: [PathRating], _ score: Double, _ cost: SearchCost) {
        let place = paths.count
        guard budget.allows(cost + rest[place].cost) else { return }
        guard place < blocks.count else {
            if best.map({ score < $0.score }) ?? true { best = (score, paths) }
            return
        }
        for rating in blocks[place] {
            let total = score + rating.score
            // Paths of a block come from the best on: the others are no better.
            if let best, total + rest[place + 1].score >= best.score { break }
            extend(paths + [rating], total, cost + rating.cost)
        }
    }
}
