import Kernels

/// One call of the kernels' face, with right sizes or with one that is wrong.
struct FaceCase: Sendable, CustomStringConvertible {
    let description: String
    /// The argument is 0 for right sizes and 1 for a wrong one.
    let call: @Sendable (_ excess: Int) -> Void

    init(_ description: String, _ call: @escaping @Sendable (_ excess: Int) -> Void) {
        self.description = description
        self.call = call
    }

    /// At least one case of each number that an entry point takes.
    static let all = memory + matrices + strided + elements + rows + attention + images + optimizers

    /// A run of some length.
    static func run(_ count: Int) -> Floats { Floats(repeating: 0.5, count: count) }
}
