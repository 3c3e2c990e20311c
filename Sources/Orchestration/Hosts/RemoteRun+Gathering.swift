import Foundation
import Launching
import Reporting

extension RemoteRun {
    /// Runs `body`, and fetches the files that the learners left, whether it succeeds or fails.
    ///
    /// - Parameter notice: receives what kept files from being fetched after a failure.
    /// - Throws: what `body` throws; otherwise as ``gather(_:)``.
    package func gathering<Result>(
        _ extras: Set<Extra>, notice: (String) -> Void, _ body: () async throws -> Result
    ) async throws -> Result {
        let result: Result
        do { result = try await body() } catch {
            do { try await gather(extras) } catch let problem { notice("\(problem)") }
            throw error
        }
        try await gather(extras)
        return result
    }

    /// Fetches logs and metrics, and the extras, from every host that can be reached, and removes
    /// the run's keys and its link to the program there.
    ///
    /// - Throws: the first failure, after everything has been fetched that can be.
    package func gather(_ extras: Set<Extra>) async throws {
        let ended = await concurrently(Array(placement.hosts.enumerated())) { index, host in
            await Result { try await gather(extras, from: host, index) }
        }
        for result in ended { try result.get() }
    }

    private func gather(_ extras: Set<Extra>, from host: RemoteHost, _ index: Int) async throws {
        let written = SinkRegistry.entries.flatMap(\.files).map { "-name '\($0)'" }
        let wanted =
            [written.joined(separator: " -o ")]
            + (extras.contains(.models) ? ["-o -path '*/checkpoints/*'"] : [])
            + (extras.contains(.journals) ? ["-o -path '*/journal/*'"] : [])
            + (extras.contains(.answers) ? ["-o -name '\(LearnerDirectory.answersName)'"] : [])
        var script = RemoteScript(in: host)
        script.require(
            ["rm", "-rf", "--", programFolder(on: host)] + members(on: host).map(keysFolder))
        script.require(["cd", "--", folder])
        script.require(
            shell: "find . -type f '(' \(wanted.joined(separator: " ")) ')' -print0"
                + " | tar -c -f - --null --no-recursion -T -")
        let pack = "\(directory.path)/gathered-\(index).tar"
        defer { try? FileManager.default.removeItem(atPath: pack) }
        let result = try await shell.run(script, on: host, into: pack)
        guard result.exitCode == .success else {
            throw HostError("\(host): cannot gather logs: \(result.errors)", exitCode: .disk)
        }
        let learners = Set(placement.learners(on: host))
        try await Tar.unpack(pack, into: directory.path) { member in
            let match = member.wholeMatch(
                of: /\.\/(?:stages\/[0-9]+\/|alone\/)?learners\/([^\/]+)\/.+/)
            return !member.contains("..") && match.map { learners.contains(String($0.1)) } == true
        }
    }
}
