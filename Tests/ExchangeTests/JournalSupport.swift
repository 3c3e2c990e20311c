import CohortGraph
import Exchange
import Foundation

/// A folder that one test's journals have to themselves.
final class JournalFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/journal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    func bytes(_ file: String = "segment-00000000.cohj") throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)")))
    }

    func write(_ bytes: some Sequence<UInt8>, to file: String = "segment-00000000.cohj") throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
    }

    func remove(_ file: String) throws {
        try FileManager.default.removeItem(atPath: "\(path)/\(file)")
    }

    /// Appends records as one start of a learner would.
    @discardableResult
    func append(
        _ records: [JournalRecord], by sender: Sender = Golden.sender, segmentBytes: Int = 64 << 20
    ) throws -> JournalWriter {
        let writer = try JournalWriter(
            directory: path, sender: sender, segmentBytes: segmentBytes)
        for record in records { try writer.append(record) }
        try writer.close()
        return writer
    }

    func read() throws -> JournalReader { try JournalReader(directory: path) }

    func records() throws -> [JournalRecord] { try read().records.map { try $0.1.get() } }
}

/// What opening or reading a journal fails with.
func failure(of body: () throws -> Void) -> ExchangeFailure? {
    do {
        try body()
        return nil
    } catch { return error as? ExchangeFailure }
}

/// The records of a short run: something published and used at each step, and the end.
let shortRun: [JournalRecord] =
    (0..<3).flatMap { step in
        [
            .published(knowledge("b", step)),
            .used(
                UsedKnowledge(
                    step: step, round: .before,
                    teachers: [
                        .init(
                            name: "a",
                            origin: .taught(KnowledgeReference(knowledge("a", step)))),
                        .init(name: "c", origin: .absent(reason: "nothing came")),
                    ])),
        ]
    } + [.end(lastStep: 2)]
