import ArgumentParser
import Bytes
import Exchange
import Foundation
import Reporting
import ZeroMQ

/// `cohort keys`: the keys by which learners on different hosts know one another.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make and check the keys by which external learners are known.",
        discussion: """
            A learner's keys are two files in pyzmq's format: NAME.key, which is given to the host of \
            the launcher, and NAME.key_secret, which never leaves its own host. The learners that a \
            launcher starts need none: it makes keys for each run.
            """,
        subcommands: [New.self, List.self, Show.self, Check.self])
}

/// Where the keys lie.
struct KeysFolder: ParsableArguments {
    @Option(help: "The folder of the keys.", completion: .directory)
    var folder = "keys"

    /// All certificates there, by name: public ones and secret ones.
    func files() throws -> [CertificateFile] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw DiskError(
                "read", folder, "there is no such folder; `cohort keys new` makes it",
                exitCode: .missingFile)
        }
        return names.filter {
            $0.hasSuffix(CertificateFile.publicSuffix) || $0.hasSuffix(CertificateFile.secretSuffix)
        }.sorted().map { CertificateFile(path: "\(folder)/\($0)") }
    }
}

extension KeysCommand {
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make new keys for a learner, and print the public one.")

        @Argument(help: "The learner's name in the configuration.")
        var name: String

        @OptionGroup var keys: KeysFolder

        func validate() throws {
            guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_-]*/) != nil, name.utf8.count <= 32
            else {
                throw ValidationError(
                    "'\(name)' is not a learner's name: letters, digits, '_' and '-', a letter or"
                        + " digit first, 32 at most")
            }
        }

        func run() async throws {
            try await reportingFailure {
                let certificate = Certificate(name: name, keys: try CurveKeyPair())
                try certificate.write(to: keys.folder, name: name)
                try show(certificate.publicText)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List whose keys a folder holds.")

        @OptionGroup var keys: KeysFolder

        func run() async throws {
            try await reportingFailure {
                let files = try keys.files()
                for name in Set(files.map(\.name)).sorted() {
                    let own = files.filter { $0.name == name }
                    let key = try own[0].read().publicKey.z85
                    let isSecret = own.contains { $0.isSecret }
                    try show("\(name)\t\(key)\t\(isSecret ? "secret" : "public")\n")
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a learner's public certificate.")

        @Argument(help: "The learner's name.")
        var name: String

        @OptionGroup var keys: KeysFolder

        func run() async throws {
            try await reportingFailure {
                let path = "\(keys.folder)/\(name)\(CertificateFile.publicSuffix)"
                var certificate = try CertificateFile(path: path).read()
                certificate.name = name
                try show(certificate.publicText)
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check all keys of a folder.",
            discussion: """
                Exit codes: 0 sound; 65 damaged, or the two files of a learner do not belong together; \
                66 there are none; 77 others may read a secret, a name is another's, two names share a \
                key, or a key is the manual's example.
                """)

        @OptionGroup var keys: KeysFolder

        func run() async throws {
            try await reportingFailure {
                let files = try keys.files()
                var known: [String: CurveKey] = [:]
                for file in files {
                    let key = try file.isSecret ? file.readKeys().publicKey : file.read().publicKey
                    guard known[file.name] ?? key == key else {
                        throw ExchangeFailure(
                            exitCode: .corruptData,
                            message: "\(file.path) and the other file of '\(file.name)' are of"
                                + " different keys")
                    }
                    known[file.name] = key
                }
                _ = try AllowList(known)
                try show("sound: \(known.count) learners, \(files.count) files\n")
            }
        }
    }
}
