extension LearnerOptions {
    /// The names of the further nodes that share its load: `t-2`, `t-3` and so on beside `t`.
    var replicaNames: [String] { (1..<replicas).map { "\(name)-\($0 + 1)" } }
}

extension [LearnerOptions] {
    /// The same with a node for each that shares the load of a teacher, behind that teacher; none
    /// of a name that another learner has.
    var withReplicas: [LearnerOptions] {
        let taken = Set(map(\.name))
        return flatMap { learner in
            [learner]
                + learner.replicaNames.filter { !taken.contains($0) }.map { name in
                    var replica = learner
                    replica.name = name
                    replica.original = learner.name
                    replica.replicas = 1
                    return replica
                }
        }
    }
}
