import NeuralNetwork

/// A learned linear layer of each side, from features to embeddings of norm 1.
struct EmbeddingLayers: Sendable {
    private let student: Linear
    private let teacher: Linear

    /// - Parameters:
    ///   - student: how many features the student has.
    ///   - teacher: how many the teacher has.
    init(student: Int, teacher: Int, _ width: Int, in builder: inout ModelBuilder) {
        (self.student, self.teacher) = builder.scoped("embed") { builder in
            (
                Linear("student", student, width, in: &builder),
                Linear("teacher", teacher, width, in: &builder)
            )
        }
    }

    /// N×features to N×width.
    func embedding(ofStudent x: Variable, _ pass: ForwardPass) -> Variable {
        student(x, pass).normalizedRows()
    }

    /// The same of the teacher, whose features are a constant.
    func embedding(ofTeacher x: Tensor, _ pass: ForwardPass) -> Variable {
        teacher(Variable(x), pass).normalizedRows()
    }
}
