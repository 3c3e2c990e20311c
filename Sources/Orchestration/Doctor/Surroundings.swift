import Experiment
import Foundation
import Kernels
import Launching
import Limits

/// Everything that the checks look at, so that a test can hand in a host of its own.
package struct Surroundings: Sendable {
    /// What is to be run; nil where only the host is examined.
    package var configuration: ExperimentConfiguration?
    /// What the configuration assembles to, or why it does not.
    package var assembler: Result<Assembler, any Error>?
    /// The learners that will run here; nil: all that a launcher starts.
    package var learners: Set<String>?
    /// Those of them whose weights are not there yet.
    package var awaiting: Set<String> = []
    /// The address that learners bind.
    package var address = "127.0.0.1"
    /// The names at which hosts of the run are reached.
    package var names: [String] = []
    /// The name of this host.
    package var hostName = ProcessInfo.processInfo.hostName
    /// The variables of this process.
    package var environment = ProcessInfo.processInfo.environment
    /// Where `/proc` and `/sys` lie.
    package var files = SystemFiles()
    /// The processors that the process may use.
    package var processors = ProcessorAllowance()
    /// The time now.
    package var time = Date()
    /// The time at which this program was built; nil where that is not known.
    package var buildTime: Date?
    /// Asks for names and addresses.
    package var lookup: any NameLookup = SystemLookup()
    /// Tries what a run does with a disk.
    package var disk: any DiskProbe = SystemDisk()
    /// Measures the kernels.
    package var speed: @Sendable () -> SpeedMeasurement = SpeedMeasurement.init
    /// The folder in which programs make files that do not last.
    package var usualTemporary = "/tmp"

    /// This host.
    package init(_ configuration: ExperimentConfiguration? = nil) {
        self.configuration = configuration
        assembler = configuration.map { configuration in
            Result { try Assembler(configuration) }
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: CurrentProgram.path)
        buildTime = attributes?[.modificationDate] as? Date
    }

    /// The learners that compute here at the same time, at most: those of the fullest stage.
    var together: [String] {
        guard let configuration else { return [] }
        let started = configuration.startedLearners.filter { learners?.contains($0) ?? true }
        return (1...configuration.stages.count).map { stage in
            let members = Set(configuration.stages.graph(of: stage).learners.map(\.name))
            return started.filter(members.contains)
        }.max { $0.count < $1.count } ?? []
    }

    /// What the learners here need; nil without a configuration, and where it cannot be assembled.
    var needs: [LearnerNeeds]? {
        let names = Set(together)
        return try? assembler?.get().needs(of: names)
    }
}
