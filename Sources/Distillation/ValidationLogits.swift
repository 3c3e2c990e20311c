import NeuralNetwork

/// What a learner and all of its teachers compute on the validation samples at the end of an epoch.
public struct ValidationLogits: Sendable {
    /// The learner's own logits, N×classes.
    public var student: Tensor
    /// Those of every teacher of the term, in the order of its group; each N×classes.
    public var teachers: [TeacherSummary]
    /// The classes of the N samples.
    public var labels: [Int]

    /// The logits of both sides for the same samples.
    public init(student: Tensor, teachers: [TeacherSummary], labels: [Int]) {
        self.student = student
        self.teachers = teachers
        self.labels = labels
    }
}
