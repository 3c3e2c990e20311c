import CohortGraph

/// Whose message it is: the same in every message that a process sends.
public struct Sender: Hashable, Sendable {
    /// 16 bytes that name the run.
    public var run: [UInt8]
    /// The SHA-256 of the resolved configuration, 32 bytes.
    public var configurationDigest: [UInt8]
    /// The learner's name: 1 to 32 bytes of UTF-8 without a zero byte.
    public var name: String
    /// Tells one life of a learner from the next; see ``Incarnation``.
    public var incarnation: UInt64

    /// A sender.
    ///
    /// - Precondition: `run` has 16 bytes, `configurationDigest` 32.
    public init(run: [UInt8], configurationDigest: [UInt8], name: String, incarnation: UInt64) {
        precondition(run.count == 16 && configurationDigest.count == 32)
        self.run = run
        self.configurationDigest = configurationDigest
        self.name = name
        self.incarnation = incarnation
    }
}

/// Where in training a message belongs; all zero for kinds without such a place.
public struct Position: Hashable, Sendable {
    /// The epoch, from 0.
    public var epoch: Int
    /// The step, from 0.
    public var step: Int
    /// The round of the step.
    public var round: Round
    /// The digest of the batch; see `Knowledge.batchDigest`.
    public var batchDigest: UInt64
    /// Beside knowledge: how many steps the sender has done with all that it was taught, so that it
    /// need not be acknowledged by itself; 0 where there is nothing to acknowledge.
    public var usedSteps: Int

    /// A place in training; by default none.
    public init(
        epoch: Int = 0, step: Int = 0, round: Round = .before, batchDigest: UInt64 = 0,
        usedSteps: Int = 0
    ) {
        self.epoch = epoch
        self.step = step
        self.round = round
        self.batchDigest = batchDigest
        self.usedSteps = usedSteps
    }
}

/// One message of the wire format, version 1; see <doc:WireFormat>.
public struct Message: Hashable, Sendable {
    /// Who sent it.
    public var sender: Sender
    /// Where in training it belongs.
    public var position: Position
    /// What it carries.
    public var content: Content

    /// A message.
    public init(sender: Sender, position: Position = Position(), content: Content) {
        self.sender = sender
        self.position = position
        self.content = content
    }
}

/// What a message carries. The raw kind on the wire is `kind`.
public enum Content: Hashable, Sendable {
    /// Teacher to student: who I am and what I train on. Repeated until answered.
    case hello(Greeting)
    /// Student to teacher: the greeting matches, knowledge may flow.
    case welcome
    /// To a learner or from the rendezvous: you cannot take part, and why.
    case refuse(Refusal)
    /// Teacher to student: what was computed at the position.
    case knowledge([KnowledgeTensor])
    /// Student to teacher: everything up to the position was used. A credit, and a sign of life.
    case acknowledge
    /// A sign of life.
    case alive
    /// To every neighbour: the position is the last; nothing follows.
    case end
    /// The end has arrived, and nothing more is needed of its sender.
    case ended
    /// To every neighbour: the sender stops early, and why.
    case leave(reason: String)
    /// Learner to rendezvous: where my inbox is.
    case register(Contact)
    /// Rendezvous to learner: where its neighbours' inboxes are; no address for one that has ended.
    case roster([RosterEntry])
    /// Student to teacher: send what you published at the position and after it, also if you sent
    /// it before. All before it was used.
    case need
    /// Student to teacher: nothing of earlier steps than the position's will be needed any more,
    /// whatever happens to me.
    case checkpoint
}

/// What a learner declares of its training when it greets a student.
public struct Greeting: Hashable, Sendable {
    /// The number of classes of the task.
    public var classes: Int
    /// The first 64 bits of the SHA-256 of the order of the samples.
    public var sampleOrderDigest: UInt64
    /// The first 64 bits of the SHA-256 of the labels of the common samples; 0 where these have
    /// none, or the learner does not state it.
    public var labelDigest: UInt64
    /// The first 64 bits of the SHA-256 of the test samples and their labels; 0 where there are
    /// none, or the learner does not state it.
    public var testDigest: UInt64
    /// The number of steps for which the learner learns; 0 where it does not, or does not state it.
    public var steps: Int
    /// The form of the samples that the learner sends the student that it greets; nil where it
    /// sends none, or does not state it.
    public var inputs: InputForm?
    /// The program and its version, for messages: `cohort 0.1`.
    public var product: String

    /// The greeting of a learner; by default of one that states no more than it must.
    public init(
        classes: Int, sampleOrderDigest: UInt64, labelDigest: UInt64 = 0, testDigest: UInt64 = 0,
        steps: Int = 0, product: String
    ) {
        self.classes = classes
        self.sampleOrderDigest = sampleOrderDigest
        (self.labelDigest, self.testDigest) = (labelDigest, testDigest)
        self.steps = steps
        self.product = product
    }
}

/// Where a learner's inbox can be reached.
public struct Contact: Hashable, Sendable {
    /// A ZeroMQ endpoint: `tcp://host:port` or `ipc://path`.
    public var address: String
    /// 32 bytes: the CURVE public key, zero for none.
    public var publicKey: [UInt8]

    /// A place without a key, or with one.
    ///
    /// - Precondition: `publicKey` has 32 bytes.
    public init(address: String, publicKey: [UInt8] = [UInt8](repeating: 0, count: 32)) {
        precondition(publicKey.count == 32)
        self.address = address
        self.publicKey = publicKey
    }
}

/// A line of the roster.
public struct RosterEntry: Hashable, Sendable {
    /// A learner's name.
    public var name: String
    /// Where its inbox is; an empty address where it has ended.
    public var contact: Contact

    /// A line for a learner.
    public init(name: String, contact: Contact) {
        self.name = name
        self.contact = contact
    }
}
