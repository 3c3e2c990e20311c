/// Whether a command continues what an earlier start left.
public enum Resume: String, CaseIterable, Sendable {
    /// Continue; it is an error where there is nothing to continue.
    case must
    /// Continue where there is something, otherwise begin anew.
    case allow
    /// Begin anew.
    case never
    /// Continue what is unfinished and of the same configuration, otherwise begin anew.
    case auto
}
