import ArgumentParser
import Launching
import Reporting

/// The command line.
@main
struct Cohort: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cohort",
        abstract: "Train learners that teach one another, each in a process of its own.",
        discussion: """
            Examples:
              cohort run deploy/experiments/digits-private.yaml
              cohort check experiment.yaml
              cohort list losses
            """,
        version: CurrentProgram.version,
        subcommands: [
            RunCommand.self, RankCommand.self, LearnerCommand.self, RelayCommand.self,
            CheckCommand.self, EvaluateCommand.self, PredictCommand.self, ExportCommand.self,
            GenerateCommand.self,
            ListCommand.self, RecordCommand.self, JournalCommand.self, KeysCommand.self,
            CompareCommand.self, WatchCommand.self, ReportCommand.self, ExplainCommand.self,
            SweepCommand.self, SearchCommand.self, BenchCommand.self, SimulateCommand.self,
            DoctorCommand.self,
        ])

    static func main() async {
        _ = StandardStreams.closed
        InheritedSignals.keep()
        CurrentProgram.takeName()
        Allocator.keepMemory()
        await main(nil)
    }
}
