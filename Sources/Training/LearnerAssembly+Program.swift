extension LearnerAssembly {
    /// What the node does at each step: learn, or where its budget in this stage is 0, teach with
    /// the weights that it begins with.
    ///
    /// - Parameters:
    ///   - progress: where a learner goes on; nil begins.
    ///   - firstServed: the step from which it publishes with frozen weights; its journal holds
    ///     what was published before.
    public func program(
        from progress: LearnerProgress? = nil, firstServed: Int = 0, _ context: NodeContext
    ) -> any NodeProgram {
        if let block { return BlockProgram(self, block, from: progress, context) }
        let isGenerator = plan.deliveries.graph.generator == name
        guard guides.isEmpty else {
            return isGenerator
                ? GeneratorProgram(self, from: progress, context)
                : FollowingGeneratorProgram(self, from: progress, context)
        }
        guard !isGenerator else {
            return FrozenGeneratorProgram(self, from: firstServed, context)
        }
        guard training.steps == 0 else {
            return LearnerProgram(self, from: progress, firstServed: firstServed, context)
        }
        return TeacherProgram(self, initialState, from: firstServed, context)
    }
}
