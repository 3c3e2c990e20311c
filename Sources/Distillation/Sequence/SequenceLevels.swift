import NeuralNetwork

/// The shapes C×H×W of the activations that make up a summary ``Summary/maps`` of each side.
struct SequenceLevels {
    /// The learner's.
    private(set) var student: [[Int]] = []
    /// Its teacher's.
    private(set) var teacher: [[Int]] = []

    /// Nothing known yet.
    init() {}

    /// - Parameters:
    ///   - student: the learner's taps.
    ///   - teachers: of each teacher, of which the first counts: others have the same shapes.
    init(student: [Model.Tap], teachers: [[Model.Tap]]) {
        self.student = student.map(\.map)
        teacher = teachers.first?.map(\.map) ?? []
    }

    /// Both sides' activations, N×C×H×W, level by level.
    func split(
        _ own: Variable, _ others: Tensor
    ) -> [(student: Variable, teacher: Variable)] {
        Array(zip(Self.split(own, student), Self.split(Variable(others), teacher)))
    }

    private static func split(_ summary: Variable, _ shapes: [[Int]]) -> [Variable] {
        let parts = summary.split(intoColumns: shapes.map { $0.reduce(1, *) })
        return zip(parts, shapes).map { $0.reshaped([summary.shape[0]] + $1) }
    }

    /// `4×16×16 and 64×16×1`, of one side.
    static func text(_ shapes: [[Int]]) -> String {
        shapes.map { $0.map(String.init).joined(separator: "×") }.joined(separator: " and ")
    }
}

extension Model.Tap {
    /// C×H×W; a vector of D is D×1×1.
    fileprivate var map: [Int] { shape.count == 1 ? shape + [1, 1] : shape }
}
