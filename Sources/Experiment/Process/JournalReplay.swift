import Bytes
import Exchange
import Foundation
import Reporting
import Training

/// A learner's training once more, from its journal and its teachers' journals alone.
public struct JournalReplay {
    private let journal: JournalReader
    private let run: RunDirectory
    private let stage: Int

    /// - Throws: ``DiskError`` (66) where the journal does not lie in a run directory.
    public init(_ journal: JournalReader) throws {
        self.journal = journal
        var folder = URL(fileURLWithPath: journal.directory).standardizedFileURL
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        let number = Int(folder.lastPathComponent)
        let isStage = folder.deletingLastPathComponent().lastPathComponent == "stages"
        if isStage, number != nil {
            for _ in 0..<2 { folder.deleteLastPathComponent() }
        }
        run = RunDirectory(path: folder.path)
        guard FileManager.default.fileExists(atPath: run.configuration) else {
            throw DiskError(
                "read", run.configuration,
                "a journal is replayed by its run's configuration, and there is none",
                exitCode: .missingFile)
        }
        let configuration = try ExperimentConfiguration.load(run.configuration, registries: .all)
        let first = configuration.stages.number(of: journal.sender.name)
        stage = isStage ? number ?? 1 : first ?? 1
    }

    /// Takes every step again.
    ///
    /// - Returns: what it came to, in one line.
    /// - Throws: ``ExchangeFailure``: 70 where the learner says something else than it said, 66
    ///   where a journal does not reach far enough.
    public func text() throws -> String {
        let name = journal.sender.name
        let configuration = try ExperimentConfiguration.load(run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        let lender = configuration[name]?.borrowed?.part.lender
        var assembly = try assembler.assembly(
            of: name, as: .member(stage: stage),
            parts: lender.flatMap { run.learner($0).latestCheckpoint?.model })
        if assembly.needsSecret { assembly.noise = try run.learner(name).writtenNoiseKey() }
        var teachers: [String: JournalReader] = [:]
        for teacher in assembly.plan.deliveries.neighbours(of: name).teachers {
            let source = configuration[teacher]?.source ?? run.path
            teachers[teacher] = try RecordedSource(source, of: teacher, stage: stage).journal
        }
        let exchange = ReplayExchange(journal, teachers: teachers)
        let context = NodeContext(exchange: exchange, report: { _ in })
        var runner = NodeRunner(assembly.program(context), exchange: exchange)
        try runner.run()
        guard let state = runner.program.result?.state else {
            preconditionFailure("a learner's program has a model")
        }
        return "replayed: \(state.step) steps, \(exchange.published) times the same was"
            + " published, weights \(state.digest)\n"
    }
}
