import Options

/// Which of a discriminator and its student learns from the game at a step.
enum Turns: String, CaseIterable {
    /// Both at every step, each against the other as it was before.
    case together
    /// The discriminator at steps 0, 2, 4, …, the student at the others.
    case alternate

    init(_ options: inout OptionReader) {
        self = options.choice(
            "turns", default: .together,
            help: "discriminator and student learn at each step, or in turn")
    }

    func discriminatorLearns(at step: Int) -> Bool {
        self == .together || step.isMultiple(of: 2)
    }

    func studentLearns(at step: Int) -> Bool {
        self == .together || !step.isMultiple(of: 2)
    }
}
