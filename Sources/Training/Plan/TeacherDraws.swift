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

    /// The schedule's factor of a group's weight at a step, in 0...1.
    func factor(of index: Int, at step: Int) -> Double {
        let group = groups[index]
        guard group.edge.gate != .cut, let clock = calendar.clock(of: group.to) else { return 0 }
        return group.edge.schedule.factor(at: step, stepsPerEpoch: clock.stepsPerEpoch)
    }

    /// The names of the teachers of a group that teach at a step.
    func teachers(of index: Int, at step: Int) -> [String] {
        let (group, key) = (groups[index], keys[index])
        guard group.draw != .all, group.from.count > 1 else { return group.from }
        let drawn = group.from[key.integer(below: group.from.count, at: step)]
        return group.draw == .one ? [drawn] : group.from.filter { $0 != drawn }
    }
}
