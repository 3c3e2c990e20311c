import Dispatch
import Synchronization
import ZeroMQ

/// What the training thread and the thread of the sockets share: the lockstep, and what it wants done.
final class ExchangeDriver: Sendable {
    private struct State {
        var lockstep: Lockstep?
        /// What the sockets' thread has to do.
        var outbox: [Lockstep.Action] = []
        var answer: Lockstep.Answer?
        var isClosing = false
    }

    private let state = Mutex(State())
    private let answered = DispatchSemaphore(value: 0)
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant
    let waker: Waker
    let notice: @Sendable (String) -> Void

    init(notice: @escaping @Sendable (String) -> Void) throws {
        waker = try Waker()
        origin = clock.now
        self.notice = notice
    }

    /// Since this driver was made.
    var now: Duration { clock.now - origin }

    /// Puts the lockstep in place; events that came before it do not exist.
    func start(_ lockstep: Lockstep) {
        state.withLock { $0.lockstep = lockstep }
    }

    /// Has the request carried out, and waits for its answer. For the training thread.
    func answer(to request: Lockstep.Request) -> Lockstep.Answer {
        handle([.request(request)])
        answered.wait()
        return state.withLock { $0.answer.take()! }
    }

    /// Passes events to the lockstep. Any thread.
    func handle(_ events: [Lockstep.Event]) {
        let now = now
        let (isAnswered, isWork) = state.withLock { state in
            let wasEmpty = state.outbox.isEmpty
            var isAnswered = false
            for event in events {
                for action in state.lockstep?.handle(event, at: now) ?? [] {
                    if case .answer(let answer) = action {
                        state.answer = answer
                        isAnswered = true
                    } else {
                        state.outbox.append(action)
                    }
                }
            }
            return (isAnswered, wasEmpty && !state.outbox.isEmpty)
        }
        if isAnswered { answered.signal() }
        if isWork { waker.wake() }
    }

    /// What the sockets' thread has to do, and until when it may wait afterwards.
    func work() -> (actions: [Lockstep.Action], isClosing: Bool, wait: Duration) {
        let now = now
        return state.withLock { state in
            defer { state.outbox = [] }
            let due = state.lockstep?.nextBeat ?? now
            return (state.outbox, state.isClosing, max(due - now, .zero))
        }
    }

    /// Asks the sockets' thread to send what is left and to end.
    func close() {
        state.withLock { $0.isClosing = true }
        waker.wake()
    }

    /// Where the learner's inbox can be reached.
    var address: String { state.withLock { $0.lockstep?.contact?.address ?? "" } }

    var traffic: [String: Traffic] { state.withLock { $0.lockstep?.traffic ?? [:] } }

    var quarantine: Quarantine? { state.withLock { $0.lockstep?.quarantine } }
}
