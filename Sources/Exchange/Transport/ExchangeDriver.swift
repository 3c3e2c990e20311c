import Synchronization
import ZeroMQ

/// What the threads of an exchange share: the lockstep, and what it wants done.
final class ExchangeDriver: Sendable {
    private struct State {
        var lockstep: Lockstep?
        /// What is to be done with the sockets.
        var outbox: [Lockstep.Action] = []
        var answer: Lockstep.Answer?
        var isClosing = false
    }

    private let state = Mutex(State())
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant
    let notice: @Sendable (String) -> Void

    init(notice: @escaping @Sendable (String) -> Void) {
        origin = clock.now
        self.notice = notice
    }

    /// Since this driver was made.
    var now: Duration { clock.now - origin }

    /// Puts the lockstep in place; events that came before it do not exist.
    func start(_ lockstep: Lockstep) {
        state.withLock { $0.lockstep = lockstep }
    }

    /// Passes events to the lockstep. Any thread; what follows is done by the next that looks for
    /// work.
    ///
    /// - Parameter isTick: whether the clock may tick too, where it is due.
    func handle(_ events: [Lockstep.Event], isTick: Bool = false) {
        let now = now
        state.withLock { state in
            let isDue = isTick && state.lockstep.map { $0.nextTick <= now } == true
            for event in events + (isDue ? [.tick] : []) {
                for action in state.lockstep?.handle(event, at: now) ?? [] {
                    if case .answer(let answer) = action {
                        state.answer = answer
                    } else {
                        state.outbox.append(action)
                    }
                }
            }
        }
    }

    /// Whether the learner's request has been answered.
    var isAnswered: Bool { state.withLock { $0.answer != nil } }

    /// Whether there is something to do with the sockets.
    var hasWork: Bool { state.withLock { !$0.outbox.isEmpty } }

    func takeAnswer() -> Lockstep.Answer? { state.withLock { $0.answer.take() } }

    /// What is to be done with the sockets; where that is nothing, until when one may wait.
    func work() -> (actions: [Lockstep.Action], wait: Duration) {
        let now = now
        return state.withLock { state in
            defer { state.outbox = [] }
            let due = state.lockstep?.nextTick ?? now
            let actions = state.outbox.filter { !$0.canWait } + state.outbox.filter(\.canWait)
            return (actions, max(due - now, .zero))
        }
    }

    /// Has what is left sent, and nothing after it.
    func close() { state.withLock { $0.isClosing = true } }

    /// Whether nothing more is to be sent than what is left.
    var isClosing: Bool { state.withLock { $0.isClosing } }

    /// Where the learner's inbox can be reached.
    var address: String { state.withLock { $0.lockstep?.contact?.address ?? "" } }

    var traffic: [String: Traffic] { state.withLock { $0.lockstep?.traffic ?? [:] } }

    var relayStart: RelayStart {
        state.withLock { $0.lockstep?.relay?.start ?? RelayStart() }
    }

    var exchangeState: ExchangeState? { state.withLock { $0.lockstep?.state } }
}

extension Lockstep.Action {
    /// A teacher may learn a little later what was used of it: the window leaves it time.
    fileprivate var canWait: Bool {
        guard case .send(let message, _) = self else { return false }
        return message.content == .acknowledge
    }
}
