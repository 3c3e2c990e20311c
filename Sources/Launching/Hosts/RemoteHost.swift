/// A host that learners may run on, and how ssh reaches it.
public struct RemoteHost: Hashable, Sendable, CustomStringConvertible {
    /// The roles by which a host may be reserved.
    public enum Role: String, CaseIterable, Sendable {
        case student, teacher, assistant
    }

    /// A name, an alias of ssh's configuration or an address, the latter without brackets.
    public var name: String
    /// The user; nil for ssh's own choice.
    public var user: String?
    /// The port; nil for ssh's own choice.
    public var port: Int?
    /// How many learners it takes; nil where the file does not say.
    public var slots: Int?
    /// How many it takes where all hosts are full.
    public var mostSlots: Int?
    /// The role of the learners that it takes; nil for all.
    public var role: Role?
    /// The learners that run here and nowhere else.
    public var learners: [String] = []
    /// The address at which the other hosts reach it; nil for the one at which ssh does.
    public var address: String?
    /// The address that learners bind, where it is not the one at which they are reached.
    public var boundAddress: String?
    /// The folder of all of Cohort's files, from the user's home; `cohort` by default.
    public var folder = "cohort"
    /// The program's path, from the folder; a word without a slash is looked up in PATH.
    public var program = "bin/cohort"
    /// The line of the hostfile, from 1.
    public var line = 0

    /// A host with nothing but a name.
    public init(name: String) { self.name = name }

    /// How many learners it takes before another is asked: those that are named at least, else one.
    var room: Int { slots ?? max(1, learners.count) }

    /// How many learners it takes at most.
    var limit: Int { max(room, mostSlots ?? 0) }

    /// As it stands in a file: `user@host:port`.
    public var description: String {
        let bracketed = name.contains(":") ? "[\(name)]" : name
        return (user.map { "\($0)@" } ?? "") + bracketed + (port.map { ":\($0)" } ?? "")
    }
}
