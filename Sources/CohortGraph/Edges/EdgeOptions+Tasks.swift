extension EdgeOptions {
    /// Whether the edge can only be used where learners meet tasks one after another.
    public var needsTasks: Bool {
        version.isFrozen || schedule.unit == .tasks || gate == .met
    }

    /// The same with lengths in steps for those in tasks, once it is known how long a task is.
    public func resolved(by length: TaskLength) -> EdgeOptions {
        var edge = self
        if case .taskBefore = version { edge.version = .taskBefore(length) }
        edge.schedule = schedule.resolved(stepsPerTask: length.steps)
        return edge
    }
}

extension WeightSchedule {
    /// The same in steps where it is counted in tasks.
    func resolved(stepsPerTask steps: Int) -> WeightSchedule {
        guard unit == .tasks else { return self }
        var schedule = self
        schedule.unit = .steps
        schedule.burnIn *= steps
        schedule.until = until.map { $0 * steps }
        if case .length(let count) = ramp { schedule.ramp = .length(count * steps) }
        return schedule
    }
}

extension TeachingGraph {
    /// The same with every length in steps that was in tasks.
    ///
    /// - Parameter length: of the tasks of every learner.
    public func resolved(by length: TaskLength) -> TeachingGraph {
        TeachingGraph(
            learners: learners,
            groups: groups.map { group in
                var group = group
                group.edge = group.edge.resolved(by: length)
                return group
            })
    }
}
