/// The rules by which a run is explained. A new one is a file beside this, and a line here.
public enum ExplanationRules {
    /// In the order in which findings of one kind are listed.
    public static let all: [ExplanationRule] = [
        .unfinished, .unreadable, .nonFinite, .gain, .unequalGains, .noAlone, .followedTeacher,
        .weakerTeacher, .drift, .strongTerm, .opposedTerm, .absences, .votes, .oldBank, .closedGate,
        .smallShare, .waits, .nothingNew, .weakTerm, .faintTerm, .codecError, .calibration,
        .ensemble,
    ]
}
