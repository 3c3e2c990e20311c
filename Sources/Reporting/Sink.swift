import Bytes
import Foundation

/// Stores or shows records.
public protocol Sink: Sendable {
    /// Whether a process goes on without it when it cannot be written any more: it shows what
    /// another sink stores.
    var isDispensable: Bool { get }

    /// Writes a record, which is whole in the file when the call returns.
    ///
    /// - Throws: ``DiskError`` naming the file.
    mutating func write(_ record: Record) throws(DiskError)

    /// Draws what was asked for beside the records, after a step. Sinks of words and numbers draw
    /// nothing.
    ///
    /// - Throws: ``DiskError`` naming the file.
    mutating func draw(_ illustrations: [Illustration], after step: Int) throws(DiskError)
}

extension Sink {
    public mutating func draw(_ illustrations: [Illustration], after step: Int) throws(DiskError) {}
}

/// A sink that writes lines of text.
public struct LineSink<Renderer: RecordRenderer>: Sink {
    public let isDispensable: Bool
    private var renderer: Renderer
    private let output: LineOutput

    /// A sink that renders records in one form.
    ///
    /// - Parameter isDispensable: whether it shows what another sink stores.
    public init(_ renderer: Renderer, to output: LineOutput, isDispensable: Bool = false) {
        self.renderer = renderer
        self.output = output
        self.isDispensable = isDispensable
    }

    public mutating func write(_ record: Record) throws(DiskError) {
        try output.write(renderer.lines(for: record))
    }
}

/// What a sink may need to know of the run that it is made for.
public struct SinkPlace: Sendable {
    /// The run's folder.
    public var run: RunDirectory
    /// The learner whose records the sink takes; `launcher` for one that takes all learners'.
    public var learner: String
    /// The cohort, in the order of the configuration.
    public var learners: [String]
    /// The settings of the whole configuration by their paths, as `learners.a.model`.
    public var settings: [String: String]
    /// For sinks that write data.
    public var standardOutput: LineOutput
    /// For sinks that write for people.
    public var standardError: LineOutput

    /// A place in a run.
    public init(
        run: RunDirectory, learner: String, learners: [String],
        settings: [String: String] = [:],
        standardOutput: LineOutput = LineOutput(.standardOutput, named: "standard output"),
        standardError: LineOutput = LineOutput(.standardError, named: "standard error")
    ) {
        self.run = run
        self.learner = learner
        self.learners = learners
        self.settings = settings
        self.standardOutput = standardOutput
        self.standardError = standardError
    }
}

/// A kind of sink by name.
public struct SinkEntry: Sendable {
    /// Which processes have a sink.
    public enum Use: Hashable, Sendable {
        /// That of every learner.
        case always
        /// Those of learners whose configuration chooses it.
        case chosen
        /// Those that were started so, and the launcher's.
        case started
    }

    /// Its name, by which a configuration chooses it.
    public let name: String
    /// What it is, in a few words.
    public let summary: String
    /// Which processes have it.
    public let use: Use
    /// The names of the files that it writes to the folder of a learner; `*` stands for any text.
    public let files: [String]
    /// Whether it draws illustrations.
    public let draws: Bool
    private let makeSink: @Sendable (SinkPlace) throws(DiskError) -> any Sink

    /// An entry of the registry.
    public init(
        _ name: String, _ summary: String, _ use: Use, files: [String] = [],
        draws: Bool = false,
        make: @escaping @Sendable (SinkPlace) throws(DiskError) -> any Sink
    ) {
        self.name = name
        self.summary = summary
        self.use = use
        self.files = files
        self.draws = draws
        makeSink = make
    }

    /// Makes the sink.
    ///
    /// - Throws: ``DiskError`` where the sink's file cannot be opened.
    public func make(at place: SinkPlace) throws(DiskError) -> any Sink { try makeSink(place) }
}
