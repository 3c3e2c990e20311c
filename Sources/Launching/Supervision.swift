import Glibc

/// The state of one launch: which processes run, whether all must stop, and how each ended.
///
/// A pure value: each event returns the actions that follow from it, in their order. `Supervisor`
/// performs them.
package struct Supervision: Sendable {
    /// What is to be done.
    package enum Action: Hashable, Sendable {
        /// Hand an event to the launcher's caller.
        case report(ProcessEvent)
        /// Send a signal to a process group.
        case signal(Int32, group: pid_t)
        /// End the standard input of a process, which a signal would not reach.
        case endInput(name: String)
        /// Kill what still runs when the grace is over.
        case killAfterGrace
    }

    /// A process that runs.
    private struct Member {
        var name: String
        /// The process group that the process leads.
        var group: pid_t
        /// Whether the process runs on another host, where only the end of its input reaches it.
        var isRemote: Bool
    }

    /// Whether a further signal to the launcher has no effect.
    private let ignoresRepeats: Bool

    private var members: [Member] = []
    private var stop: StopReason?
    private var isKilling = false
    private var isInterrupted = false
    private var ends: [ProcessEnd] = []
    private var lost: [ProcessEnd] = []
    private var firstFailure: ProcessEnd?

    /// A launch in which nothing runs yet.
    package init(ignoresRepeats: Bool = false) { self.ignoresRepeats = ignoresRepeats }

    /// Whether processes may still be started: nothing was asked to stop.
    package var isRunning: Bool { stop == nil }

    /// A process has started and leads `group`. Where all must stop, it is stopped at once.
    package mutating func enter(_ name: String, group: pid_t, isRemote: Bool) -> [Action] {
        let member = Member(name: name, group: group, isRemote: isRemote)
        members.append(member)
        let started = Action.report(.started(name: name, processIdentifier: group))
        if isKilling { return [started, .signal(SIGKILL, group: group)] }
        return [started] + (stop == nil ? [] : terminate(member))
    }

    /// A process has ended. What is left of its group is killed too; the first failure stops the
    /// rest, unless another start may succeed or the others can do without the process.
    ///
    /// - Parameters:
    ///   - limit: how often it may be started again.
    ///   - isOptional: whether the others go on when it was killed too often.
    /// - Returns: also whether it is to be started again.
    ///
    /// A group's number stays taken while the group has a member. A number that was taken anew
    /// since the leader was reaped could only be a group that was founded in that moment.
    package mutating func leave(
        _ end: ProcessEnd, limit: Int, isOptional: Bool
    ) -> (actions: [Action], restarts: Bool) {
        var actions: [Action] = []
        if let index = members.firstIndex(where: { $0.name == end.name }) {
            actions.append(.signal(SIGKILL, group: members.remove(at: index).group))
        }
        if end.isWorthRestarting, stop == nil {
            if end.restarts < limit {
                return (actions + [.report(.restarting(end, limit: limit))], true)
            }
            if isOptional {
                lost.append(end)
                return (actions + [.report(.lost(end))], false)
            }
        }
        ends.append(end)
        actions.append(.report(.ended(end)))
        if end.isFailure, stop == nil {
            firstFailure = end
            actions += stop(for: .failure(name: end.name))
        }
        return (actions, false)
    }

    /// Asks all to end, and has those killed that have not ended after the grace. Only the first
    /// call has an effect.
    package mutating func stop(for reason: StopReason) -> [Action] {
        guard stop == nil else { return [] }
        stop = reason
        return members.flatMap(terminate) + [.report(.stopping(reason)), .killAfterGrace]
    }

    /// Kills all that still runs, and all that starts from now on.
    package mutating func killAll() -> [Action] {
        isKilling = true
        return members.map { .signal(SIGKILL, group: $0.group) }
    }

    /// The launcher received a signal. The first one stops all with grace; a further one kills, or
    /// is ignored.
    package mutating func interrupt(_ signal: Int32) -> [Action] {
        defer { isInterrupted = true }
        if !isInterrupted { return stop(for: .signal(signal)) }
        return ignoresRepeats ? [] : killAll()
    }

    /// How the launch ended.
    package var outcome: LaunchOutcome {
        var interruption: Int32?
        if case .signal(let number)? = stop { interruption = number }
        return LaunchOutcome(
            ends: ends, lost: lost, interruption: interruption,
            firstFailure: firstFailure ?? (ends.isEmpty ? lost.first : nil))
    }

    /// Asks a process to end, and wakes a suspended one so that it can.
    private func terminate(_ member: Member) -> [Action] {
        let request: Action =
            member.isRemote
            ? .endInput(name: member.name) : .signal(SIGTERM, group: member.group)
        return [request, .signal(SIGCONT, group: member.group)]
    }
}
