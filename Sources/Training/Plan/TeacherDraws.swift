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
        guard groups[index].edge.gate != .cut, let clock = calendar.clock(of: groups[index].to)
        else { return 0 }
        return groups[index].edge.schedule.factor(at: step, stepsPerEpoch: clock.stepsPerEpoch)
    }

    /// The names of the teachers of a group that teach at a step.
    func teachers(of index: Int, at step: Int) -> [String] {
        let (from, draw) = (groups[index].from, groups[index].draw)
        guard draw != .all, from.count > 1 else { return from }
        let drawn = from[keys[index].integer(below: from.count, at: step)]
        return draw == .one ? [drawn] : from.filter { $0 != drawn }
    }
}
