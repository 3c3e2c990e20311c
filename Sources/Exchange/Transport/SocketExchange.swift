import CohortGraph
import Dispatch
import Synchronization

/// The exchange over ZeroMQ: one ROUTER as the inbox, one DEALER to each pupil's inbox, all owned by
/// one thread.
///
///     let exchange = try SocketExchange(
///         identity: identity, teachers: [Lane("b")], pupils: [Lane("b")], endpoint: .ipc(),
///         rendezvous: address, limits: ExchangeLimits()) { print($0) }
///     try exchange.join()
public final class SocketExchange: KnowledgeExchange {
    private let driver: ExchangeDriver
    private let ended = DispatchSemaphore(value: 0)
    private let isOpen = Mutex(true)

    /// Binds the inbox and begins to look for the neighbours; ``join()`` waits for them.
    ///
    /// - Parameters:
    ///   - teachers: those whose knowledge is gathered, in the order of the configuration.
    ///   - pupils: those who gather this learner's knowledge.
    ///   - rendezvous: the ``Rendezvous/address`` of the run.
    ///   - security: how the learner and its neighbours prove who they are.
    ///   - journal: where what is published is written down by whoever calls ``publish(_:record:)``:
    ///     from there peers are taught again. Without one they cannot be.
    ///   - checkpoints: the steps after which the learner goes on now, and would if that checkpoint were
    ///     damaged.
    ///   - quarantine: as the checkpoint has it that the learner goes on from; nil begins.
    ///   - notice: told what the exchange waits for and what it refuses, on a thread of its own.
    /// - Throws: ``ExchangeFailure`` where the inbox cannot be bound.
    public init(
        identity: ExchangeIdentity, teachers: [Lane], pupils: [Lane], endpoint: Endpoint,
        rendezvous: String, security: ExchangeSecurity = .plain,
        limits: ExchangeLimits = ExchangeLimits(), journal: JournalWriter? = nil,
        checkpoints: (oldest: Int, newest: Int) = (0, 0), quarantine: Quarantine? = nil,
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        let driver = try ExchangeDriver(notice: notice)
        self.driver = driver
        try SocketThread.start(named: "exchange", ended: ended) {
            let loop = try SocketLoop(
                driver, domain: identity.sender.securityDomain, endpoint: endpoint,
                rendezvous: rendezvous, teachers: teachers.map(\.peer), pupils: pupils.count,
                security: security, limits: limits, journal: journal)
            let past = journal.map {
                Past(
                    published: $0.kept, step: checkpoints.newest, oldest: checkpoints.oldest,
                    quarantine: quarantine)
            }
            driver.start(
                Lockstep(
                    identity: identity, teachers: teachers, pupils: pupils,
                    contact: Contact(address: loop.address, key: security.keys?.publicKey),
                    limits: limits, past: past, at: driver.now))
            return {
                do { try loop.run() } catch { driver.handle([.cancel(.unexpected(error))]) }
            }
        }
    }

    deinit { close() }

    /// Where this learner's inbox can be reached.
    public var address: String { driver.address }

    public func join() throws { _ = try driver.answer(to: .join).checked() }

    public func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        _ = try driver.answer(to: .publish(knowledge)).checked()
        try record()
        driver.submit([.published(knowledge)])
    }

    public func gather(
        step: Int, phase: Phase, batchDigest: UInt64, roll: [String]?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        let request = Lockstep.Request.gather(
            Slot(step: step, phase: phase), batchDigest: batchDigest, roll: roll)
        let gathering = try driver.answer(to: request).gathering()
        try record(gathering)
        driver.submit([.used])
        return gathering
    }

    public func checkpointed(oldest: Int, newest: Int) {
        driver.submit([.checkpointed(oldest: oldest, newest: newest)])
    }

    public func finish(lastStep: Int) throws {
        _ = try driver.answer(to: .finish(lastStep: lastStep)).checked()
        close()
    }

    public func leave(reason: String) {
        driver.submit([.leave(reason: reason)])
        close()
    }

    public func cancel(_ failure: ExchangeFailure) { driver.submit([.cancel(failure)]) }

    public var traffic: [String: Traffic] { driver.traffic }

    public var quarantine: Quarantine? { driver.quarantine }

    /// Waits until the sockets are closed and what was sent has left, for two seconds at most.
    private func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        driver.close()
        ended.wait()
    }
}
