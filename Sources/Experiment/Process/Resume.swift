/// Whether a process goes on with what an earlier start left in its directory.
public enum Resume: String, CaseIterable, Sendable {
    /// There must be something to go on with.
    case must
    /// Go on where there is something, otherwise begin.
    case allow
    /// Begin.
    case never
    /// Go on with what is unfinished and of the same configuration, otherwise begin.
    case auto
}
