import Bytes
import CohortGraph

/// Which teachers of each edge group teach at a step, and how much the group counts then.
public struct TeacherDraws: Sendable {
    private let groups: [EdgeGroup]
    /// Determine the random draws of each group.
    private let keys: [RandomKey]
    private let calendar: TrainingCalendar

    /// - Parameters:
    ///   - groups: the edge groups of the stage, in their order.
    ///   - key: of the run's seed.
    init(_ groups: [EdgeGroup], _ calendar: TrainingCalendar, key: RandomKey) {
        self.groups = groups
        self.calendar = calendar
        keys = groups.enumerated().map { index, group in
            key.child("draw").child(group.to).child(index)
        }
    }

    /// The factor of a group's weight at a step, in 0...1: the schedule's times the gate's.
    func factor(of index: Int, at step: Int) -> Double {
        let group = groups[index]
        guard let clock = calendar.clock(of: group.to), let budget = calendar.budget(of: group.to)
        else { return 0 }
        let gate = group.edge.gate.factor(at: step, of: budget)
        guard gate > 0 else { return 0 }
        return gate
            * group.edge.schedule.factor(
                at: step, stepsPerEpoch: clock.stepsPerEpoch, of: budget)
    }

    /// The names of the teachers of a group that teach at a step.
    func teachers(of index: Int, at step: Int) -> [String] {
        let (from, draw) = (groups[index].from, groups[index].draw)
        guard draw != .all, from.count > 1 else { return from }
        let drawn = from[keys[index].integer(below: from.count, at: step)]
        return draw == .one ? [drawn] : from.filter { $0 != drawn }
    }
}
