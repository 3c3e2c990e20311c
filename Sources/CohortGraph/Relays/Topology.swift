/// How the knowledge of a cohort gets from learner to learner.
public enum Topology: String, CaseIterable, Sendable {
    /// Through relays where many teach and a sum is all that a group needs, else directly.
    case auto
    /// Each sends to each.
    case mesh
    /// Through relays; refused where a sum is not all that a group needs.
    case relay
}
