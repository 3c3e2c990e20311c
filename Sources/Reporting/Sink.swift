import Bytes
import Foundation

/// Takes records and keeps or shows them.
public protocol Sink: Sendable {
    /// - Throws: ``DiskError`` naming the file.
    mutating func write(_ record: Record) throws(DiskError)
}

/// Lines of text, written as soon as the record is there.
public struct LineSink<Renderer: RecordRenderer>: Sink {
    private var renderer: Renderer
    private let output: LineOutput

    public init(_ renderer: Renderer, to output: LineOutput) {
        self.renderer = renderer
        self.output = output
    }

    public mutating func write(_ record: Record) throws(DiskError) {
        try output.write(renderer.lines(for: record))
    }
}

/// What a sink may need to know about where it is made.
public struct SinkPlace: Sendable {
    public var run: RunDirectory
    /// Whose records come; `launcher` for a sink that takes everyone's.
    public var learner: String
    /// The cohort, in the order of the configuration.
    public var learners: [String]
    public var standardOutput: LineOutput
    public var standardError: LineOutput

    public init(
        run: RunDirectory, learner: String, learners: [String],
        standardOutput: LineOutput = LineOutput(.standardOutput, named: "standard output"),
        standardError: LineOutput = LineOutput(.standardError, named: "standard error")
    ) {
        self.run = run
        self.learner = learner
        self.learners = learners
        self.standardOutput = standardOutput
        self.standardError = standardError
    }
}

/// A kind of sink by name.
public struct SinkEntry: Sendable {
    public let name: String
    /// What it is, in a few words.
    public let summary: String
    private let makeSink: @Sendable (SinkPlace) throws(DiskError) -> any Sink

    public init(
        _ name: String, _ summary: String,
        make: @escaping @Sendable (SinkPlace) throws(DiskError) -> any Sink
    ) {
        self.name = name
        self.summary = summary
        makeSink = make
    }

    /// - Throws: ``DiskError`` where the sink's file cannot be opened.
    public func make(at place: SinkPlace) throws(DiskError) -> any Sink { try makeSink(place) }
}
