/// How a teacher comes by the samples that it teaches on.
public enum InputDelivery: String, CaseIterable, Sendable {
    /// It has them, and takes them in the order that follows from the seed.
    case order
    /// It has none: a student sends it each batch.
    case send
    /// The cohort's generator makes them, and sends them to both the teacher and the student.
    case made
}
