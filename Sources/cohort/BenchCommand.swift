import ArgumentParser

/// `cohort bench`: how fast this machine is.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure training steps, predictions and exchanges on random data.",
        discussion: """
            Examples:
              cohort bench step --model resnet8 --batch 16 --seconds 0.1
              cohort bench exchange --learners 4 --rounds 1 --steps 50
            """,
        subcommands: [
            BenchStepCommand.self, BenchOperationsCommand.self, BenchProblemCommand.self,
            BenchPredictCommand.self, BenchTermsCommand.self, BenchExchangeCommand.self,
            BenchExchangePartCommand.self,
        ])
}
