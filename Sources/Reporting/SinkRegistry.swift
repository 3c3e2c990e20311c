import Bytes

/// Every kind of sink. A new one is its file and an entry here; the law test then covers it.
public enum SinkRegistry {
    /// The sinks that there are.
    public static let entries: [SinkEntry] = [
        SinkEntry(
            "metrics", "metrics.jsonl of a learner: every record, for programs", .always,
            files: ["metrics.jsonl"]
        ) { place throws(DiskError) in
            try MetricsSink(to: place.run.learner(place.learner).metrics)
        },
        SinkEntry(
            "log", "log.txt of a learner: every record, for people", .always, files: ["log.txt"]
        ) { place throws(DiskError) in
            LineSink(
                LogRenderer(), to: try LineOutput(appendingTo: place.run.learner(place.learner).log)
            )
        },
        SinkEntry(
            "tensorboard", "events of a learner for TensorBoard: numbers, settings, pictures",
            .chosen,
            files: [EventFile.prefix + "*"], draws: true
        ) { place throws(DiskError) in
            try TensorBoardSink(at: place)
        },
        SinkEntry(
            "csv", "intervals.csv and epochs.csv of a learner: numbers, for spreadsheets", .chosen,
            files: ["intervals.csv", "epochs.csv"]
        ) { place throws(DiskError) in
            try CSVSink(in: place.run.learner(place.learner))
        },
        SinkEntry("stream", "every record as JSON Lines on standard output", .started) { place in
            LineSink(JSONRenderer(), to: place.standardOutput, isDispensable: true)
        },
        SinkEntry("console", "plain lines on standard error", .started) { place in
            LineSink(ConsoleRenderer(), to: place.standardError, isDispensable: true)
        },
        SinkEntry(
            "convergence", "convergence.log of a run: all learners, for tail -f", .started
        ) { place throws(DiskError) in
            LineSink(
                ConvergenceRenderer(learners: place.learners),
                to: try LineOutput(appendingTo: place.run.convergenceLog))
        },
    ]

    /// Their names.
    public static var names: [String] { entries.map(\.name) }

    /// The names of those of a use.
    public static func names(_ use: SinkEntry.Use) -> [String] {
        entries.filter { $0.use == use }.map(\.name)
    }

    /// Makes the sinks of these names.
    ///
    /// - Precondition: every name is in the registry.
    /// - Throws: ``DiskError`` where a sink's file cannot be opened.
    public static func make(
        _ names: [String], at place: SinkPlace
    ) throws(DiskError) -> [any Sink] {
        var sinks: [any Sink] = []
        for name in names {
            guard let entry = entries.first(where: { $0.name == name }) else {
                preconditionFailure("no sink is called '\(name)'")
            }
            sinks.append(try entry.make(at: place))
        }
        return sinks
    }
}
