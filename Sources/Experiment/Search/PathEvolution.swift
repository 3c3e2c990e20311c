import Bytes

/// Looks for the best path of a supernet (*Single Path One-Shot Neural Architecture Search with
/// Uniform Sampling*, Guo et al. 2020, section 3.4): in each generation half of the paths are
/// mutations of the best so far, and half are crossings of two of them. Paths outside of the budget
/// are not looked at.
package struct PathEvolution {
    /// Paths of a generation.
    private let population: Int
    /// Generations, the first drawn at random.
    private let generations: Int
    /// The best paths so far, of which the next are made.
    private let parents: Int
    /// The probability that a mutation draws a choice anew.
    private let mutation: Float
    private let key: RandomKey

    /// An evolution; by default the paper's.
    package init(
        population: Int = 50, generations: Int = 20, parents: Int = 10, mutation: Float = 0.1,
        key: RandomKey
    ) {
        (self.population, self.generations, self.parents) = (population, generations, parents)
        (self.mutation, self.key) = (mutation, key)
    }

    /// How often a path is drawn before a generation goes on with fewer.
    private static let attempts = 100

    /// The path with the largest fitness among those that were looked at; all are where they are no
    /// more than the evolution would look at.
    ///
    /// - Parameters:
    ///   - choices: how many candidates each choice has.
    ///   - isAllowed: whether a path is within the budget.
    ///   - fitness: of a path; is asked once for each.
    /// - Returns: nil where no path was allowed.
    package func best(
        of choices: [Int], where isAllowed: ([Int]) -> Bool, fitness: ([Int]) -> Double
    ) -> (path: [Int], fitness: Double)? {
        var known: [[Int]: Double] = [:]
        func look(at paths: [[Int]]) {
            for path in paths where known[path] == nil { known[path] = fitness(path) }
        }
        func ranked() -> [[Int]] {
            known.sorted {
                $0.value == $1.value
                    ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value
            }.map(\.key)
        }
        let count = choices.reduce(1.0) { $0 * Double($1) }
        if count <= Double(population * generations) {
            look(at: Self.all(choices).filter(isAllowed))
        } else {
            for generation in 0..<generations {
                let best = Array(ranked().prefix(parents))
                look(
                    at: paths(
                        of: generation, from: best, choices, where: isAllowed,
                        known: Set(known.keys)))
            }
        }
        return ranked().first.map { ($0, known[$0] ?? 0) }
    }

    /// The new paths of a generation.
    private func paths(
        of generation: Int, from best: [[Int]], _ choices: [Int], where isAllowed: ([Int]) -> Bool,
        known: Set<[Int]>
    ) -> [[Int]] {
        var found: [[Int]] = []
        var seen = known
        let key = key.child(generation)
        for attempt in 0..<Self.attempts * population where found.count < population {
            let path = path(number: found.count, best, choices, key.child(attempt))
            if isAllowed(path), seen.insert(path).inserted { found.append(path) }
        }
        return found
    }

    private func path(
        number: Int, _ best: [[Int]], _ choices: [Int], _ key: RandomKey
    ) -> [Int] {
        func drawn(_ place: Int) -> Int { key.integer(below: choices[place], at: place) }
        guard !best.isEmpty else { return choices.indices.map(drawn) }
        let parentKey = key.child("parents")
        let first = best[parentKey.integer(below: best.count, at: 0)]
        let geneKey = key.child("genes")
        guard number >= population / 2 else {
            return choices.indices.map {
                geneKey.uniform(at: $0) < mutation ? drawn($0) : first[$0]
            }
        }
        let second = best[parentKey.integer(below: best.count, at: 1)]
        return choices.indices.map {
            geneKey.integer(below: 2, at: $0) == 0 ? first[$0] : second[$0]
        }
    }

    /// All paths, the last choice changing first.
    package static func all(_ choices: [Int]) -> [[Int]] {
        choices.reduce([[]]) { paths, count in
            paths.flatMap { path in (0..<count).map { path + [$0] } }
        }
    }
}
