import Glibc
import Synchronization

/// Who runs, whether all must stop, and what happened: shared by the tasks of one launch.
///
/// A process is known by its group, which it leads; signals go to the whole group.
final class Supervisor: Sendable {
    /// A process that runs.
    private struct Member {
        var group: pid_t
        /// How it is asked to end, where a signal would not reach it.
        var end: (@Sendable () -> Void)?
    }

    private struct State {
        var members: [String: Member] = [:]
        var stop: StopReason?
        var isKilling = false
        var isInterrupted = false
        var ends: [ProcessEnd] = []
        var lost: [ProcessEnd] = []
        var firstFailure: ProcessEnd?
    }

    let events: AsyncStream<ProcessEvent>
    private let report: AsyncStream<ProcessEvent>.Continuation
    private let state = Mutex(State())
    private let grace: Duration
    private let ignoresRepeats: Bool

    init(grace: Duration, ignoresRepeats: Bool) {
        self.grace = grace
        self.ignoresRepeats = ignoresRepeats
        (events, report) = AsyncStream.makeStream()
    }

    func say(_ event: ProcessEvent) { report.yield(event) }

    /// No more events come.
    func finish() { report.finish() }

    /// Whether nothing has been told to stop, so that a process may still be started.
    var isRunning: Bool { state.withLock { $0.stop == nil } }

    /// A process leads `group` from now on. Where all must stop, it is told at once.
    ///
    /// - Parameter end: asks it to end, in place of TERM.
    func enter(_ name: String, group: pid_t, end: (@Sendable () -> Void)? = nil) {
        report.yield(.started(name: name, processIdentifier: group))
        state.withLock { state in
            let member = Member(group: group, end: end)
            state.members[name] = member
            if state.isKilling {
                kill(-group, SIGKILL)
            } else if state.stop != nil {
                terminate(member)
            }
        }
    }

    /// Asks a group to end, and wakes those of it that are stopped so that they can.
    private func terminate(_ member: Member) {
        if let end = member.end { end() } else { kill(-member.group, SIGTERM) }
        kill(-member.group, SIGCONT)
    }

    /// A process has ended. What is left of its group is ended too; the first failure stops the rest,
    /// unless another start may go better or the others can do without.
    ///
    /// - Parameters:
    ///   - limit: how often it may be started again.
    ///   - isOptional: whether the others go on where it was killed too often.
    /// - Returns: whether it is to be started again.
    ///
    /// A group's number stays taken while it has a member, so a number taken anew in the moment
    /// since the leader was reaped could only be a group that was founded in that moment.
    func leave(_ end: ProcessEnd, limit: Int, isOptional: Bool) -> Bool {
        let event: ProcessEvent = state.withLock { state in
            if let member = state.members.removeValue(forKey: end.name) {
                kill(-member.group, SIGKILL)
            }
            if end.isWorthRestarting, state.stop == nil {
                if end.restarts < limit { return .restarting(end, limit: limit) }
                if isOptional {
                    state.lost.append(end)
                    return .lost(end)
                }
            }
            state.ends.append(end)
            return .ended(end)
        }
        report.yield(event)
        if case .restarting = event { return true }
        if case .ended = event, end.isFailure { fail(end) }
        return false
    }

    /// The first failure before anything was told to stop stops all.
    private func fail(_ end: ProcessEnd) {
        let isFirst = state.withLock { state in
            guard state.stop == nil, state.firstFailure == nil else { return false }
            state.firstFailure = end
            return true
        }
        if isFirst { stop(for: .failure(name: end.name)) }
    }

    /// TERM to all, and KILL after the grace. Only the first call counts.
    func stop(for reason: StopReason) {
        let isFirst = state.withLock { state in
            guard state.stop == nil else { return false }
            state.stop = reason
            for member in state.members.values { terminate(member) }
            return true
        }
        guard isFirst else { return }
        report.yield(.stopping(reason))
        Task { [grace] in
            try? await Task.sleep(for: grace)
            self.killAll()
        }
    }

    /// KILL to all that still runs.
    func killAll() {
        state.withLock { state in
            state.isKilling = true
            for member in state.members.values { kill(-member.group, SIGKILL) }
        }
    }

    /// The first signal to the launcher stops all with grace, any further one kills, or is ignored.
    func interrupt(_ signal: Int32) {
        let isFirst = state.withLock { state in
            defer { state.isInterrupted = true }
            return !state.isInterrupted
        }
        if isFirst { stop(for: .signal(signal)) } else if !ignoresRepeats { killAll() }
    }

    func outcome() -> LaunchOutcome {
        state.withLock { state in
            var interruption: Int32?
            if case .signal(let number)? = state.stop { interruption = number }
            let onlyLost = state.ends.isEmpty ? state.lost.first : nil
            return LaunchOutcome(
                ends: state.ends, lost: state.lost, interruption: interruption,
                firstFailure: state.firstFailure ?? onlyLost)
        }
    }
}
