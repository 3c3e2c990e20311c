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
        /// The sockets' thread will look for work before it waits.
        var isAware = false
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
        submit([.request(request)])
        answered.wait()
        return state.withLock { $0.answer.take()! }
    }

    /// Passes events to the lockstep, and has the sockets' thread do what follows. Any thread.
    func submit(_ events: [Lockstep.Event]) {
        let mustWake = state.withLock { state in
            pass(events, to: &state)
            defer { state.isAware = state.isAware || !state.outbox.isEmpty }
            return !state.isAware && !state.outbox.isEmpty
        }
        if mustWake { waker.wake() }
    }

    /// Passes events to the lockstep. For the sockets' thread, which looks for work afterwards.
    func handle(_ events: [Lockstep.Event]) {
        state.withLock { state in
            pass(events, to: &state)
            state.isAware = true
        }
    }

    private func pass(_ events: [Lockstep.Event], to state: inout State) {
        let now = now
        for event in events {
            for action in state.lockstep?.handle(event, at: now) ?? [] {
                guard case .answer(let answer) = action else {
                    state.outbox.append(action)
                    continue
                }
                state.answer = answer
                answered.signal()
            }
        }
    }

    /// What the sockets' thread has to do; where that is nothing, until when it may wait.
    func work() -> (actions: [Lockstep.Action], isClosing: Bool, wait: Duration) {
        let now = now
        return state.withLock { state in
            defer { state.outbox = [] }
            state.isAware = !state.outbox.isEmpty
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
