import NeuralNetwork
import Options

/// What the nets of a search cost, as they are trained in the end.
package struct ArchitectureCosts {
    /// Of each block the cost of each path.
    private let blocks: [[[Int]: SearchCost]]
    /// Of the classifier behind the blocks.
    package let classifier: SearchCost

    /// Of a path through a block.
    package func cost(of path: [Int], ofBlock place: Int) -> SearchCost {
        blocks[place][path] ?? .zero
    }

    /// Counts them.
    ///
    /// - Parameter image: C×H×W.
    init(_ candidates: [SearchedBlock], image: [Int], classes: Int) throws(SettingError) {
        var input = image
        var blocks: [[[Int]: SearchCost]] = []
        for (place, block) in candidates.enumerated() {
            var costs: [[Int]: SearchCost] = [:]
            for path in PathEvolution.all(block.layers.map(\.count)) {
                let alone = SearchedNet.Alone(
                    block.along(path), hasStem: place == 0, isAffine: true)
                costs[path] = SearchCost(
                    of: try Model(alone, input: input, classes: classes))
            }
            blocks.append(costs)
            let sides = input.dropFirst().map { ($0 + block.stride - 1) / block.stride }
            input = [block.channels] + sides
        }
        let first = candidates.map { $0.along($0.layers.map { _ in 0 }) }
        let whole = SearchCost(
            of: try Model(SearchedNet(first), input: image, classes: classes))
        classifier = zip(blocks, candidates).reduce(whole) { cost, block in
            cost - (block.0[block.1.layers.map { _ in 0 }] ?? .zero)
        }
        self.blocks = blocks
    }
}

extension SearchCost {
    /// What a model costs.
    fileprivate init(of model: Model) {
        self.init(
            parameters: model.parameterCount, multiplyAdds: model.multiplyAdds.forward)
    }
}

extension ArchitectureSearchSpace {
    /// The costs of the nets that it holds.
    package func costs(for assembler: Assembler) throws -> ArchitectureCosts {
        try ArchitectureCosts(
            blocks, image: assembler.shape(of: assembler.learner(teacher)),
            classes: assembler.classes)
    }
}
