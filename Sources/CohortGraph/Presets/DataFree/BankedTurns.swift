import Options

/// Whose turn it is where a generator makes one batch after another: it learns until a batch is
/// finished and kept, then the students learn on what is kept.
struct BankedTurns {
    /// How many finished batches are kept.
    let bank: Int
    let generator: WeightSchedule.Turn
    let students: WeightSchedule.Turn

    /// Reads `iterations`, `student-steps` and `bank`.
    ///
    /// - Parameters:
    ///   - iterations: the default; `studentSteps` as well.
    init(_ options: inout OptionReader, iterations: Int, studentSteps: Int) {
        let iterations = options.value(
            "iterations", default: iterations, in: 1...1_000_000,
            help: "steps in which a batch is made")
        let steps = options.value(
            "student-steps", default: studentSteps, in: 1...1_000_000,
            help: "on the bank, after each batch")
        bank = options.value(
            "bank", default: 40, in: 1...100_000, help: "finished batches that are kept")
        let cycle = iterations + steps
        generator = WeightSchedule.Turn(0..<iterations, of: cycle, bank: bank)
        students = WeightSchedule.Turn(iterations..<cycle, of: cycle, bank: bank)
    }
}
