import Options

extension ArchitectureSearchSpace {
    /// Makes sure, before anything is trained, that some net is within a budget, and that the
    /// options of edges and of the supernets' training can be used.
    ///
    /// - Throws: ``SettingError`` for what cannot be.
    public func check(within budget: SearchBudget) throws {
        let costs = try costs(for: Assembler(base))
        let unrated = blocks.enumerated().map { place, block in
            PathEvolution.all(block.layers.map(\.count)).map { path in
                PathRating(path: path, score: 0, cost: costs.cost(of: path, ofBlock: place))
            }
        }
        let choice = ArchitectureChoice(
            self, unrated, classifier: costs.classifier, within: budget)
        let found = try choice.found()
        let weights = teacherWeights ?? base.runs
        _ = try blockTraining(weights: weights, in: base.runs)
        _ = try supernetTraining(weights: weights, in: base.runs)
        _ = try netTraining(
            [(found.name, net(along: found.path))], weights: weights, in: base.runs)
    }
}
