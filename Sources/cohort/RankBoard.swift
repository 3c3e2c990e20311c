import Bytes
import Foundation
import Reporting

/// What the ranks of a run tell one another: files in the run directory, on a disk that all share, each
/// written whole. Rank 0 calls, the others answer with their public keys, rank 0 tells them where the
/// cohort meets; at last each says how it ended.
///
/// A call has a random number, and what does not name it is of an earlier start. Only the owner may enter
/// the folder: who can write there can join.
struct RankBoard {
    /// Rank 0 is there.
    struct Call: Codable, Hashable {
        var number: UInt64
        var run: String
    }

    /// What a rank brings.
    struct Answer: Codable, Hashable {
        var call: UInt64
        /// Random; tells this start of the rank from others.
        var number: UInt64
        var host: String
        var size: Int
        var learners: [String]
        /// What all must agree on: the configuration's digest, and how learners reach one another.
        var configuration: String
        var exchange: String
        /// The learners' public keys, in hexadecimal; none where the exchange is plain.
        var keys: [String: String]
    }

    /// All are there, or it cannot be.
    struct Meeting: Codable, Hashable {
        var call: UInt64
        /// Who was heard: the numbers of the answers, from rank 1 on.
        var answers: [UInt64]
        /// The learners of each rank, from rank 0 on.
        var learners: [[String]]
        var rendezvous: String
        /// The rendezvous' public key, in hexadecimal.
        var key: String?
        var refusal: RankFailure?
    }

    /// How a rank ended; the failure may be that of another.
    struct End: Codable, Hashable {
        var call: UInt64
        var failure: RankFailure?
    }

    /// A sign of life.
    struct Sign: Codable, Hashable {
        /// Changes.
        var count: Int
        /// Learners of the rank that the others go on without.
        var lost: [String]
    }

    private let folder: String

    init(of run: RunDirectory) { folder = "\(run.path)/ranks" }

    /// Makes the folder, and removes what an earlier start wrote there.
    func clear() throws(DiskError) {
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

    func write(_ call: Call) throws(DiskError) { try write(call, "call") }
    func write(_ answer: Answer, of rank: Int) throws(DiskError) {
        try write(answer, "answer-\(rank)")
    }
    func write(_ meeting: Meeting) throws(DiskError) { try write(meeting, "meeting") }
    func write(_ end: End, of rank: Int) throws(DiskError) { try write(end, "end-\(rank)") }

    func call() -> Call? { read("call") }
    func answer(of rank: Int) -> Answer? { read("answer-\(rank)") }
    func meeting() -> Meeting? { read("meeting") }
    func end(of rank: Int) -> End? { read("end-\(rank)") }

    func write(_ sign: Sign, of rank: Int) throws(DiskError) { try write(sign, "sign-\(rank)") }
    func sign(of rank: Int) -> Sign? { read("sign-\(rank)") }

    private func write(_ value: some Encodable, _ name: String) throws(DiskError) {
        let path = "\(folder)/\(name).json"
        do {
            try JSONEncoder().encode(value).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch { throw DiskError("write", path, error) }
    }

    /// nil where it is not there (yet).
    ///
    /// The folder is listed first: a client of a network's disk remembers for half a minute that a
    /// file was not there, until it looks at the folder again.
    private func read<Value: Decodable>(_ name: String) -> Value? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder),
            names.contains("\(name).json"),
            let data = FileManager.default.contents(atPath: "\(folder)/\(name).json")
        else { return nil }
        return try? JSONDecoder().decode(Value.self, from: data)
    }
}

/// Why a rank of a run did not come to its end.
struct RankFailure: ExitCodeError, Codable, Hashable, CustomStringConvertible {
    /// Whose failure it is.
    var rank: Int
    var exitCode: ExitCode
    var message: String

    var description: String { "rank \(rank): \(message)" }
}
