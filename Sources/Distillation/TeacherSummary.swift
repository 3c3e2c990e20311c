import NeuralNetwork

/// One teacher's side of a loss: what it published of the batch's samples.
public struct TeacherSummary: Sendable {
    /// The teacher's name in the cohort.
    public var name: String
    /// The summary, a constant whose first dimension counts the samples.
    public var value: Tensor

    /// The summary of a teacher of a name.
    public init(name: String, value: Tensor) {
        self.name = name
        self.value = value
    }

    /// The same teacher's summary of some of the samples, in the order of `rows`.
    public func selecting(rows: [Int]) -> TeacherSummary {
        TeacherSummary(name: name, value: value.selecting(rows: rows))
    }
}

extension [TeacherSummary] {
    /// The summaries without the names.
    var values: [Tensor] { map(\.value) }
}
