import CohortGraph
import Exchange
import Foundation
import Reporting
import ZeroMQ

/// Learners that exchange knowledge without learning anything, each a process, over real sockets of this
/// host: what a step waits for the others where nobody computes.
struct ExchangeBenchmark {
    var learners: Int
    var byteCount: Int
    var steps: Int
    var overFiles: Bool
    /// How many one relay serves at most.
    var fan: Int

    /// One learner's process, which takes lines and gives lines.
    private struct Child {
        let process = Process()
        let input = Pipe()
        let output = Pipe()

        init(_ part: ExchangePart) throws {
            process.executableURL = URL(fileURLWithPath: StageLaunch.executable)
            process.arguments = ["bench", "exchange-part"]
            (process.standardInput, process.standardOutput) = (input, output)
            try process.run()
            try tell(part)
        }

        func tell(_ words: some Encodable) throws {
            try input.fileHandleForWriting.write(
                contentsOf: JSONEncoder().encode(words) + Data("\n".utf8))
        }

        func end() {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }

        /// The next line that it says; what is left where it ends.
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

    /// Takes all steps; the first learner's times count.
    func measure(_ kind: ExchangePart.Kind) throws -> ExchangePart.Times {
        // Anew for each, as a journal of a round before would be gone on with.
        let folder = try TemporaryFolder(
            named: "cohort-bench-\(ProcessInfo.processInfo.processIdentifier)")
        defer { folder.remove() }
        let names = (0..<learners).map { "learner-\($0)" }
        let circle = kind.isRelayed ? RelayTree(among: names, fanOut: fan) : nil
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
                    ExchangePart(
                        kind: kind, names: names, index: index, fan: fan, byteCount: byteCount,
                        steps: steps, overFiles: overFiles, rendezvous: rendezvous.address,
                        rendezvousKey: own?.publicKey.hexadecimal,
                        secretKey: keys.isEmpty ? nil : keys[index].secretKey.hexadecimal,
                        folder: folder.path)))
        }
        if kind.isBare {
            let addresses = try children.map { try $0.line() }
            for child in children { try child.tell(addresses) }
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
            security: own.map { .curve(keys: $0, allowed: allowed) } ?? .plain, notice: complain)
    }
}
