/// What a learner does in its cohort.
public enum Role: String, CaseIterable, Sendable {
    /// Learns, and may teach its peers.
    case student
    /// Teaches with frozen weights and never learns.
    case teacher
    /// Learns from above and teaches below.
    case assistant
    /// Makes samples for the others, and learns from the gradients that they send back.
    case generator
    /// Makes samples for the others with frozen weights, and never learns.
    case frozenGenerator = "frozen-generator"
    /// Learns a block of a student from the maps of a teacher.
    case block

    /// Whether its model makes samples, in place of classifying them.
    public var makesSamples: Bool { self == .generator || self == .frozenGenerator }

    /// Whether its model names the classes of samples.
    public var classifies: Bool { !makesSamples && self != .block }
}

/// What of a learner's model is another learner's.
public enum BorrowedPart: Hashable, Sendable {
    /// Its last layer.
    case classifier(of: String)
    /// A whole model, beside which an assistant is trained.
    case student(String)

    /// Whose it is.
    public var lender: String {
        switch self {
        case .classifier(let name), .student(let name): name
        }
    }
}

/// A node of the teaching graph: one process with its own model.
public struct Learner: Hashable, Sendable {
    /// Its name, unique in the cohort.
    public var name: String
    /// What it does in the cohort.
    public var role: Role
    /// Joins by itself: the launcher does not start it.
    public var isExternal: Bool
    /// What it published in an earlier run is taken from a journal: no process is started.
    public var isRecorded: Bool
    /// The teacher whose load it shares, one of several nodes with the same weights; nil for a node
    /// of its own.
    public var original: String?
    /// The taps of the logits of its model's early exits, from the shallowest on.
    public var exits: [String]
    /// What of its model is another learner's, which is trained before it; nil for none.
    public var borrowed: BorrowedPart?
    /// Whether it writes samples itself, which nobody else can have before its step.
    public var writesSamples: Bool

    /// A node; by default a student that the launcher starts.
    public init(
        name: String, role: Role = .student, isExternal: Bool = false, isRecorded: Bool = false,
        original: String? = nil, exits: [String] = [], borrowed: BorrowedPart? = nil,
        writesSamples: Bool = false
    ) {
        self.writesSamples = writesSamples
        self.name = name
        self.role = role
        self.isExternal = isExternal
        self.isRecorded = isRecorded
        self.original = original
        self.exits = exits
        self.borrowed = borrowed
    }

    /// Whether its weights change.
    public var learns: Bool {
        role != .teacher && role != .frozenGenerator && !isRecorded
    }
}
