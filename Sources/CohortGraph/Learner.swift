/// What a learner does in its cohort.
public enum Role: String, CaseIterable, Sendable {
    /// Learns, and may teach its peers.
    case student
    /// Teaches with frozen weights and never learns.
    case teacher
    /// Learns from above and teaches below.
    case assistant
}

/// A node of the teaching graph: one process with its own model.
public struct Learner: Hashable, Sendable {
    public var name: String
    public var role: Role
    /// Joins by itself: the launcher does not start it.
    public var isExternal: Bool
    /// What it taught in an earlier run stands in its place: no process is started.
    public var isRecorded: Bool

    public init(
        name: String, role: Role = .student, isExternal: Bool = false, isRecorded: Bool = false
    ) {
        self.name = name
        self.role = role
        self.isExternal = isExternal
        self.isRecorded = isRecorded
    }

    /// Whether its weights change.
    public var learns: Bool { role != .teacher && !isRecorded }
}
