import CohortGraph
import Exchange
import Foundation
import Reporting
import ZeroMQ

/// Measures learners that exchange knowledge without training, each a process, over real sockets of
/// this host: how long a step waits for the others where nobody computes.
package struct ExchangeBenchmark: Sendable {
    /// The program of the learners' processes.
    private let executable: String
    /// Its arguments; it reads an ``ExchangePart`` as a line of JSON and answers with its times.
    private let arguments: [String]
    /// The number of learners.
    package var learners: Int
    /// The size of one learner's knowledge at a step.
    package var byteCount: Int
    /// The steps of a round.
    package var steps: Int
    /// Whether sockets are files; otherwise they are of TCP.
    package var overFiles: Bool
    /// How many learners or relays one relay serves at most.
    package var fanOut: Int
    /// Receives messages for people.
    private let notice: @Sendable (String) -> Void

    /// - Parameters:
    ///   - executable: the program of the learners' processes.
    ///   - arguments: its arguments; it reads an ``ExchangePart`` as a line of JSON and answers
    ///     with its times.
    package init(
        _ executable: String, _ arguments: [String], learners: Int, byteCount: Int, steps: Int,
        overFiles: Bool, fanOut: Int, notice: @escaping @Sendable (String) -> Void
    ) {
        (self.executable, self.arguments, self.notice) = (executable, arguments, notice)
        (self.learners, self.byteCount, self.steps) = (learners, byteCount, steps)
        (self.overFiles, self.fanOut) = (overFiles, fanOut)
    }

    /// One learner's process, which reads lines and writes lines.
    private struct Child {
        let process = Process()
        let input = Pipe()
        let output = Pipe()

        init(_ executable: String, _ arguments: [String], _ part: ExchangePart) throws {
            process.executableURL = URL(fileURLWithPath: executable)
            process.arguments = arguments
            (process.standardInput, process.standardOutput) = (input, output)
            try process.run()
            try write(part)
        }

        func write(_ words: some Encodable) throws {
            try input.fileHandleForWriting.write(
                contentsOf: JSONEncoder().encode(words) + Data("\n".utf8))
        }

        func end() {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }

        /// The next line of its standard output; what is left where it ends.
        func line() throws -> String {
            var line = Data()
            while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty,
                byte != Data("\n".utf8)
            {
                line += byte
            }
            return String(decoding: line, as: UTF8.self)
        }
    }

    /// Measures a round, and returns the first learner's times.
    ///
    /// - Throws: ``ExchangeFailure`` or ``DiskError`` where the round cannot be set up, a decoding
    ///   error where a learner's process fails.
    package func measure(_ kind: ExchangePart.Kind) throws -> ExchangePart.Times {
        // A new folder for each round, as the journal of an earlier one would be continued.
        let folder = try TemporaryFolder(
            named: "cohort-bench-\(ProcessInfo.processInfo.processIdentifier)")
        defer { folder.remove() }
        let names = (0..<learners).map { "learner-\($0)" }
        let circle = kind.isRelayed ? RelayTree(among: names, fanOut: fanOut) : nil
        let all = names + (circle?.relays ?? (kind == .bareRelay ? ["hub"] : []))
        let keys = try kind.hasKeys ? all.map { _ in try CurveKeyPair() } : []
        let own = try kind.hasKeys ? CurveKeyPair() : nil
        let neighbourhood = circle.map { circle in
            Neighbourhood(
                TeachingGraph(learners: names.map { Learner(name: $0) }, groups: []),
                trees: [circle])
        }
        let rendezvous = try rendezvous(for: all, neighbourhood, keys, own, in: folder.path)
        defer { rendezvous.stop() }
        var children: [Child] = []
        defer { for child in children { child.end() } }
        for index in all.indices {
            children.append(
                try Child(
                    executable, arguments,
                    ExchangePart(
                        kind: kind, names: names, index: index, fanOut: fanOut,
                        byteCount: byteCount,
                        steps: steps, overFiles: overFiles, rendezvous: rendezvous.address,
                        rendezvousKey: own?.publicKey.hexadecimal,
                        secretKey: keys.isEmpty ? nil : keys[index].secretKey.hexadecimal,
                        folder: folder.path)))
        }
        if kind.isBare {
            let addresses = try children.map { try $0.line() }
            for child in children { try child.write(addresses) }
        }
        return try JSONDecoder().decode(
            ExchangePart.Times.self, from: Data(try children[0].line().utf8))
    }

    private func rendezvous(
        for names: [String], _ neighbourhood: Neighbourhood?, _ keys: [CurveKeyPair],
        _ own: CurveKeyPair?, in folder: String
    ) throws -> Rendezvous {
        let allowed = try AllowList(
            Dictionary(uniqueKeysWithValues: zip(names, keys.map(\.publicKey))))
        return try Rendezvous(
            run: ExchangePart.run, configurationDigest: ExchangePart.digest, expected: names,
            neighbourhood: neighbourhood,
            endpoint: overFiles ? .ipc(under: folder) : .tcp(host: "127.0.0.1"),
            security: own.map { .curve(keys: $0, allowed: allowed) } ?? .plain, notice: notice)
    }
}
