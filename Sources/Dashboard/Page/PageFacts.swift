import Bytes
import Foundation
import Reporting

/// What the page says of a run besides its records: its name, its configuration and its result.
struct PageFacts: Hashable, Sendable {
    /// The name of the experiment, as far as the directory's path tells it.
    var title: String
    /// The run's folder below that of all runs, which says nothing of the host.
    var path: String
    /// `config.yaml`; nil where there is none.
    var configuration: String?
    /// `summary.json`; nil before the run ended.
    var summary: Summary?
    /// Whether the run goes on.
    var state: RunState

    /// Reads the files that are there.
    init(of run: RunDirectory) {
        configuration = (try? Files.read(run.configuration))
            .map { String(decoding: $0, as: UTF8.self) }
        summary = try? Summary.read(from: run.summary)
        state = run.state
        let folder = URL(fileURLWithPath: run.path).resolvingSymlinksInPath()
        let experiment = folder.deletingLastPathComponent().lastPathComponent
        title = summary?.name ?? experiment
        path = "\(experiment)/\(folder.lastPathComponent)"
    }

    /// For the page: `running`, `ended`, `interrupted` or `elsewhere`.
    private var stateName: String {
        switch state {
        case .running: "running"
        case .ended: "ended"
        case .interrupted: "interrupted"
        case .elsewhere: "elsewhere"
        }
    }

    /// For the page.
    var members: [(String, PageValue?)] {
        [
            ("title", .text(title)), ("path", .text(path)),
            ("configuration", .maybe(configuration)),
            ("state", .text(stateName)), ("seconds", .maybe(summary?.seconds)),
            ("ensemble", .maybe(summary?.ensembleAccuracy)),
        ]
    }
}
