import Bytes
import CohortGraph

/// How a learner publishes to its students and gathers from its teachers, in lockstep.
///
/// The calls are made by one thread, the learner's training thread. A call that waits for a peer
/// waits no longer than ``ExchangeLimits`` allow, and ends at once when a peer leaves.
public protocol KnowledgeExchange: Sendable {
    /// Waits until every neighbour has joined, and trains on the same samples.
    ///
    /// - Throws: ``ExchangeFailure`` naming who never came, or why this learner was refused.
    func join() throws

    /// Sends to every student. Waits only while a student is a window of steps behind, or where no
    /// more can be kept for students that may need it again.
    ///
    /// - Parameter record: called once it may be sent, before anyone is sent it.
    /// - Precondition: steps and rounds ascend from call to call.
    func publish(_ knowledge: Knowledge, record: () throws -> Void) throws

    /// The knowledge of every teacher for a step and round, in the order of the configuration.
    ///
    /// - Parameters:
    ///   - batchDigest: the digest of the learner's own batch, which all must share; nil where it
    ///     is the batch itself that is gathered.
    ///   - attendance: whose knowledge is used, where that was decided in an earlier life; nil
    ///     decides it now.
    ///   - record: called with what is returned, before any teacher is sent an acknowledgement.
    func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering

    /// Announces the checkpoints on the learner's disk: it would go on after `newest` steps, and
    /// where that checkpoint is damaged, after `oldest`.
    func checkpointed(oldest: Int, newest: Int) throws

    /// Announces the last step, and serves until no neighbour needs anything more.
    func finish(lastStep: Int) throws

    /// Sends every neighbour word that this learner stops early, and closes. Needed once after a
    /// failure.
    func leave(reason: String)

    /// Makes the waiting call, and every later one, throw `failure`. Any thread may call it.
    func cancel(_ failure: ExchangeFailure)

    /// What has been sent and received, by peer.
    var traffic: [String: Traffic] { get }

    /// What must outlive the process, after what was gathered so far; nil where it holds nothing.
    var state: ExchangeState? { get }
}

extension KnowledgeExchange {
    /// Publishes what is not written down.
    public func publish(_ knowledge: Knowledge) throws { try publish(knowledge) {} }

    /// Gathers what is not written down.
    public func gather(step: Int, round: Round, batchDigest: UInt64?) throws -> Gathering {
        try gather(step: step, round: round, batchDigest: batchDigest, attendance: nil) { _ in }
    }
}

/// What every teacher published at one step and round.
public struct Gathering: Sendable {
    /// In the order of the configuration, whatever the order of arrival.
    public var knowledge: [(sender: String, knowledge: Knowledge)]
    /// What came too late for its own step and round and was not returned before, in the same
    /// order, and of each teacher ascending; of those alone of whom such is taken in.
    public var late: [(sender: String, knowledge: Knowledge)] = []
    /// The teachers that were done without, and why.
    public var absent: [Absence] = []
    /// From the call until the last arrived.
    public var waited: Duration
    /// Who arrived last; `nil` if all were there before the call.
    public var waitedFor: String?

    /// What a call to gather came to.
    public init(
        knowledge: [(sender: String, knowledge: Knowledge)],
        late: [(sender: String, knowledge: Knowledge)] = [], absent: [Absence] = [],
        waited: Duration, waitedFor: String?
    ) {
        self.knowledge = knowledge
        self.late = late
        self.absent = absent
        self.waited = waited
        self.waitedFor = waitedFor
    }
}

/// A teacher that a step did without.
public struct Absence: Hashable, Sendable {
    /// The teacher's name.
    public var name: String
    /// Why nothing of it was used.
    public var reason: String

    /// The absence of a teacher.
    public init(_ name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}

/// Whole messages exchanged with one peer, and their frames' bytes.
public struct Traffic: Hashable, Sendable {
    /// How many messages were sent.
    public var messagesSent = 0
    /// The bytes of all their frames.
    public var bytesSent = 0
    /// How many messages were received.
    public var messagesReceived = 0
    /// The bytes of all their frames.
    public var bytesReceived = 0

    /// No traffic yet.
    public init() {}
}

/// Why the exchange cannot go on.
public struct ExchangeFailure: ExitCodeError, Hashable, CustomStringConvertible {
    /// 65 bad knowledge or a damaged journal, 66 a recording that is missing or too short, 69 a
    /// peer lost, 74 the disk, 76 another version, 77 not authorised, 78 another configuration; 128
    /// and more: a signal.
    public var exitCode: ExitCode
    /// Who and what.
    public var message: String
    /// The neighbour that left and so brought this about, if one did.
    public var departed: String?

    /// A failure with its exit code and its message.
    public init(exitCode: ExitCode, message: String, departed: String? = nil) {
        self.exitCode = exitCode
        self.message = message
        self.departed = departed
    }

    public var description: String { message }
}
