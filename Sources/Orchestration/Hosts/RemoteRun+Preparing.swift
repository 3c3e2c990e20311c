import Bytes
import Exchange
import Experiment
import Foundation
import Launching
import ZeroMQ

extension RemoteRun {
    /// Sends every host the configuration and the weights of its learners, and has it make keys for
    /// them where the exchange is secured.
    ///
    /// - Throws: ``HostError``, the first in the order of the hosts.
    package mutating func prepare() async throws {
        let ready = self
        let made = await concurrently(placement.hosts) { host in
            await Result {
                (host, try await ready.prepare(host), try await ready.program(on: host))
            }
        }
        for result in made {
            let (host, own, program) = try result.get()
            keys.merge(own) { $1 }
            programs[host] = program
        }
    }

    /// Sends the host of a learner a file of the run directory here.
    ///
    /// - Throws: ``HostError``.
    func send(_ file: String, to learner: String) async throws {
        try await HostCopy(shell: shell, host: host(of: learner))
            .send(file, as: folder + file.dropFirst(directory.path.count))
    }

    /// Links a host's program, and the libraries beside it, into the run's folder there.
    ///
    /// - Returns: the path of the link, from the host's folder; that of the program itself where it
    ///   can be neither linked nor copied, or cannot be run from there.
    private func program(on host: RemoteHost) async throws -> String {
        let folder = RemoteScript.quoted(programFolder(on: host))
        var script = RemoteScript(in: host, environment: shell.environment)
        script.require(shell: "p=$(command -v \(RemoteScript.quoted(host.program)))")
        script.require(shell: "rm -rf -- \(folder) && mkdir -p -- \(folder)")
        // A library that is missing shows when the program is tried.
        script.require(
            shell:
                "for f in \"$p\" \"${p%/*}\"/*.so; do [ ! -e \"$f\" ] || ln -L -- \"$f\" \(folder)/"
                + " 2>/dev/null || cp -p -- \"$f\" \(folder)/; done")
        script.require(
            shell: "[ \"${p##*/}\" = cohort ] || mv -f -- \(folder)/\"${p##*/}\" \(folder)/cohort")
        script.require(shell: "\(folder)/cohort --version >/dev/null")
        let linked = try await shell.run(script, on: host).exitCode == .success
        return linked ? "\(programFolder(on: host))/cohort" : host.program
    }

    private func prepare(_ host: RemoteHost) async throws -> [String: CurveKey] {
        var sent = configuration
        for (index, learner) in sent.learners.enumerated() {
            guard let weights = learner.localWeights else { continue }
            let path = "\(folder)/weights/\(learner.name).safetensors"
            sent.learners[index].weights = path
            guard placement[learner.name] == host else { continue }
            try await HostCopy(shell: shell, host: host).send(weights, as: path)
        }
        let all = members(on: host)
        let file = RemoteScript.quoted("\(folder)/config.yaml")
        let draft = RemoteScript.quoted("\(folder)/config-\(all[0]).yaml")
        let named = configuration.exchange.security == .curve ? all : []
        var script = RemoteScript(in: host, makingFolder: true, environment: shell.environment)
        script.require(["mkdir", "-p", "--", folder])
        script.require(shell: "cat > \(draft) && mv -f \(draft) \(file)")
        for member in named {
            let keys = keysFolder(of: member)
            script.require(["rm", "-rf", "--", keys])
            script.require([host.program, "keys", "new", member, "--folder", keys])
        }
        let result = try await shell.run(script, on: host, input: Array(sent.resolvedYAML().utf8))
        guard result.exitCode == .success else {
            throw HostError("\(host): \(result.errors)", exitCode: result.exitCode)
        }
        do { return try Self.keys(in: result.output, of: named) } catch {
            throw HostError("\(host): \(error)", exitCode: ExitCode(of: error))
        }
    }

    /// Reads the public certificates that a host has printed one after another.
    private static func keys(
        in output: String, of members: [String]
    ) throws -> [String: CurveKey] {
        var keys: [String: CurveKey] = [:]
        for text in output.split(separator: "metadata").dropFirst() {
            let certificate = try Certificate(text: "metadata\(text)")
            keys[certificate.name ?? ""] = certificate.publicKey
        }
        guard Set(keys.keys) == Set(members) else {
            throw HostError(
                "it made keys for other names than those of its learners and relays",
                exitCode: .notAuthorised)
        }
        return keys
    }
}
