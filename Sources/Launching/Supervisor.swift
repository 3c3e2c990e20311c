import Glibc
import Synchronization

/// Performs what the ``Supervision`` of one launch decides; shared by the tasks of the launch.
final class Supervisor: Sendable {
    private struct State {
        var supervision: Supervision
        /// How the standard input of each process on another host is ended.
        var inputs: [String: @Sendable () -> Void] = [:]
    }

    let events: AsyncStream<ProcessEvent>
    private let continuation: AsyncStream<ProcessEvent>.Continuation
    /// Actions are performed while it is locked: a group's number may be another's later.
    private let state: Mutex<State>
    private let grace: Duration

    init(grace: Duration, ignoresRepeats: Bool) {
        self.grace = grace
        state = Mutex(State(supervision: Supervision(ignoresRepeats: ignoresRepeats)))
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Hands an event to the launcher's caller.
    func report(_ event: ProcessEvent) { continuation.yield(event) }

    /// No more events come.
    func finish() { continuation.finish() }

    /// Whether nothing was asked to stop, so that a process may still be started.
    var isRunning: Bool { state.withLock { $0.supervision.isRunning } }

    /// A process leads `group` from now on.
    ///
    /// - Parameter endInput: ends its standard input, where it runs on another host; nil for one
    ///   that signals reach.
    func enter(_ name: String, group: pid_t, endInput: (@Sendable () -> Void)? = nil) {
        state.withLock { state in
            state.inputs[name] = endInput
            perform(
                state.supervision.enter(name, group: group, isRemote: endInput != nil), in: state)
        }
    }

    /// A process has ended; see ``Supervision/leave(_:limit:isOptional:)``.
    ///
    /// - Returns: whether it is to be started again.
    func leave(_ end: ProcessEnd, limit: Int, isOptional: Bool) -> Bool {
        state.withLock { state in
            let (actions, restarts) = state.supervision.leave(
                end, limit: limit, isOptional: isOptional)
            perform(actions, in: state)
            return restarts
        }
    }

    /// Asks all processes to end, and kills them after the grace.
    func stop(for reason: StopReason) {
        state.withLock { perform($0.supervision.stop(for: reason), in: $0) }
    }

    /// The launcher received a signal.
    func interrupt(_ signal: Int32) {
        state.withLock { perform($0.supervision.interrupt(signal), in: $0) }
    }

    /// How the launch ended.
    var outcome: LaunchOutcome { state.withLock { $0.supervision.outcome } }

    private func perform(_ actions: [Supervision.Action], in state: State) {
        for action in actions {
            switch action {
            case .report(let event): continuation.yield(event)
            case .signal(let number, let group): kill(-group, number)
            case .endInput(let name): state.inputs[name]?()
            case .killAfterGrace: killAfterGrace()
            }
        }
    }

    private func killAfterGrace() {
        Task { [grace] in
            try? await Task.sleep(for: grace)
            state.withLock { perform($0.supervision.killAll(), in: $0) }
        }
    }
}
