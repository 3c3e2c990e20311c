import CohortGraph
import Dispatch
import Synchronization

/// The exchange over ZeroMQ: one ROUTER as the inbox, one DEALER to each student's inbox; see
/// `SocketWatch` for the threads.
///
///     let exchange = try SocketExchange(
///         identity: identity, teachers: [Link("b")], students: [Link("b")], endpoint: .ipc(),
///         rendezvous: address, limits: ExchangeLimits()) { print($0) }
///     try exchange.join()
public final class SocketExchange: KnowledgeExchange {
    private let driver: ExchangeDriver
    private let watch: SocketWatch
    private let ended = DispatchSemaphore(value: 0)
    private let isOpen = Mutex(true)

    /// Binds the inbox and begins to look for the neighbours; ``join()`` waits for them.
    ///
    /// - Parameters:
    ///   - teachers: those whose knowledge is gathered, in the order of the configuration.
    ///   - students: those who gather this learner's knowledge.
    ///   - rendezvous: the ``Rendezvous/address`` of the run.
    ///   - security: how the learner and its neighbours prove who they are.
    ///   - schedule: the rounds that a step may have.
    ///   - journal: where what is published is written down by whoever calls
    ///     ``publish(_:record:)``: from there peers are taught again. Without one they cannot be.
    ///   - checkpoints: the steps after which the learner goes on now, and would if that checkpoint
    ///     were damaged.
    ///   - relay: where a relay stands, which needs an empty journal.
    ///   - state: as the checkpoint has it that the learner goes on from; nil begins.
    ///   - notice: called with what the exchange waits for and what it refuses, on a thread of its
    ///     own.
    /// - Throws: ``ExchangeFailure`` where the inbox cannot be bound.
    public init(
        identity: ExchangeIdentity, teachers: [Link], students: [Link], endpoint: Endpoint,
        rendezvous: String, security: ExchangeSecurity = .plain,
        limits: ExchangeLimits = ExchangeLimits(), schedule: RoundSchedule = .standard,
        journal: JournalWriter? = nil,
        checkpoints: (oldest: Int, newest: Int) = (0, 0), state: ExchangeState? = nil,
        relay: RelayPlace? = nil, notice: @escaping @Sendable (String) -> Void
    ) throws {
        let driver = ExchangeDriver(notice: notice)
        self.driver = driver
        let watch = try SocketWatch(driver)
        self.watch = watch
        try SocketThread.start(named: "exchange", ended: ended) {
            try watch.start { bell in
                let loop = try SocketLoop(
                    driver, domain: identity.sender.securityDomain, endpoint: endpoint,
                    rendezvous: rendezvous, teachers: teachers.map(\.peer),
                    students: students.count,
                    security: security, limits: limits, journal: journal, bell: bell)
                let past = journal.map {
                    Past(
                        published: $0.retained, step: checkpoints.newest,
                        oldest: checkpoints.oldest,
                        state: state)
                }
                driver.start(
                    Lockstep(
                        identity: identity, teachers: teachers, students: students,
                        contact: Contact(address: loop.address, key: security.keys?.publicKey),
                        limits: limits, schedule: schedule, past: past, relay: relay, at: driver.now
                    ))
                return loop
            }
            return { watch.run() }
        }
    }

    deinit { close() }

    /// Where this learner's inbox can be reached.
    public var address: String { driver.address }

    /// Where a relay begins, once it has joined.
    public var relayStart: RelayStart { driver.relayStart }

    public func join() throws { try carryOut(.join) }

    public func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        try carryOutPublishing(knowledge, record: record)
    }

    public func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        try carryOutGathering(
            StepRound(step: step, round: round), batchDigest: batchDigest, attendance: attendance,
            record: record)
    }

    public func checkpointed(oldest: Int, newest: Int) {
        handle(.checkpointed(oldest: oldest, newest: newest))
    }

    public func finish(lastStep: Int) throws {
        try carryOut(.finish(lastStep: lastStep))
        close()
    }

    public func leave(reason: String) {
        handle(.leave(reason: reason))
        close()
    }

    public func cancel(_ failure: ExchangeFailure) {
        driver.handle([.cancel(failure)])
        watch.ring()
    }

    public var traffic: [String: Traffic] { driver.traffic }

    public var state: ExchangeState? { driver.exchangeState }

    /// Waits until the sockets are closed and what was sent has left, for two seconds at most.
    private func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        watch.close()
        ended.wait()
    }
}

extension SocketExchange: LockstepExchange {
    func answer(to request: Lockstep.Request) -> Lockstep.Answer {
        driver.handle([.request(request)])
        // Who publishes nothing has no other time to tell its teachers what it has used.
        let isGathering = if case .gather = request { true } else { false }
        if !driver.isAnswered || isGathering && driver.hasWork {
            watch.attend { driver.isAnswered }
        }
        return driver.takeAnswer()
            ?? .failed(ExchangeFailure(exitCode: .failure, message: "the exchange is closed"))
    }

    func handle(_ event: Lockstep.Event) {
        driver.handle([event])
        watch.attend { true }
    }

    func handleSoon(_ event: Lockstep.Event) {
        driver.handle([event])
        watch.remind()
    }
}
