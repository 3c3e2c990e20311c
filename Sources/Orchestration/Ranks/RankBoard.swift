import Bytes
import Foundation
import Reporting

/// The files by which the ranks of a run find one another: in the run directory, on a disk that all
/// share, each written whole.
///
/// Rank 0 writes a ``Call``; each other rank writes an ``Answer`` with its public keys; rank 0
/// writes the ``Meeting``, the address where the cohort meets; in the end each writes its ``End``.
/// A call has a random number, and a file with another number is of an earlier start. Only the
/// owner may enter the folder: a process that can write there can join.
package struct RankBoard: Sendable {
    private let folder: String

    /// The board of a run.
    package init(of run: RunDirectory) { folder = "\(run.path)/ranks" }

    /// Makes the folder, and removes the files of an earlier start.
    package func clear() throws(DiskError) {
        do {
            let files = FileManager.default
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            for name in try files.contentsOfDirectory(atPath: folder) where name.hasSuffix(".json")
            {
                try files.removeItem(atPath: "\(folder)/\(name)")
            }
        } catch { throw DiskError("write", folder, error) }
    }

    /// Writes rank 0's call.
    package func write(_ call: Call) throws(DiskError) { try write(call, "call") }
    /// Writes a rank's answer.
    package func write(_ answer: Answer, of rank: Int) throws(DiskError) {
        try write(answer, "answer-\(rank)")
    }
    /// Writes where the cohort meets, or that it cannot.
    package func write(_ meeting: Meeting) throws(DiskError) { try write(meeting, "meeting") }
    /// Writes a rank's sign of life.
    package func write(_ sign: Sign, of rank: Int) throws(DiskError) {
        try write(sign, "sign-\(rank)")
    }
    /// Writes how a rank ended.
    package func write(_ end: End, of rank: Int) throws(DiskError) { try write(end, "end-\(rank)") }

    /// Rank 0's call; nil while there is none.
    package func call() -> Call? { read("call") }
    /// A rank's answer; nil while there is none.
    package func answer(of rank: Int) -> Answer? { read("answer-\(rank)") }
    /// Where the cohort meets; nil while rank 0 has not written it.
    package func meeting() -> Meeting? { read("meeting") }
    /// A rank's last sign of life; nil while there is none.
    package func sign(of rank: Int) -> Sign? { read("sign-\(rank)") }
    /// How a rank ended; nil while it runs.
    package func end(of rank: Int) -> End? { read("end-\(rank)") }

    private func write(_ value: some Encodable, _ name: String) throws(DiskError) {
        let path = "\(folder)/\(name).json"
        do {
            try JSONEncoder().encode(value).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch { throw DiskError("write", path, error) }
    }

    /// nil where the file is not there (yet).
    ///
    /// The folder is listed first: a client of a network's disk may cache for half a minute that a
    /// file is missing, until it lists the folder again.
    private func read<Value: Decodable>(_ name: String) -> Value? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder),
            names.contains("\(name).json"),
            let data = FileManager.default.contents(atPath: "\(folder)/\(name).json")
        else { return nil }
        return try? JSONDecoder().decode(Value.self, from: data)
    }
}
