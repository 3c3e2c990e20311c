import ArgumentParser
import CohortGraph
import Exchange
import ZeroMQ

/// `cohort keys`: the keys by which learners on different hosts are recognised.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make and check the keys of external learners.",
        discussion: """
            A learner's keys are two files in pyzmq's format: NAME.key, which is copied to the \
            host of the launcher, and NAME.key_secret, which never leaves its own host. The \
            learners that a launcher starts need none: it makes keys for each run.

            Examples:
              cohort keys new a
              cohort keys check --folder keys
            """,
        subcommands: [New.self, List.self, Show.self, Check.self])
}

/// The folder of the keys.
struct KeysFolder: ParsableArguments {
    @Option(help: "The folder of the keys.", completion: .directory)
    var folder = "keys"

    var certificates: CertificateFolder { CertificateFolder(path: folder) }
}

extension KeysCommand {
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make new keys for a learner, and print the public one.",
            discussion: """
                Examples:
                  cohort keys new a
                  cohort keys new a --folder secrets
                """)

        @Argument(help: "The learner's name in the configuration.")
        var name: String

        @OptionGroup var keys: KeysFolder

        func validate() throws {
            if let problem = LearnerName.problem(with: name) { throw ValidationError(problem) }
        }

        func run() async throws {
            try await reportingFailure {
                let certificate = Certificate(name: name, keys: try CurveKeyPair())
                try certificate.write(to: keys.folder, name: name)
                try printResult(certificate.publicText)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys in a folder.",
            discussion: """
                Examples:
                  cohort keys list --folder keys
                """)

        @OptionGroup var keys: KeysFolder

        func run() async throws {
            try await reportingFailure {
                for line in try keys.certificates.listing() { try printResult(line + "\n") }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a learner's public certificate.",
            discussion: """
                Examples:
                  cohort keys show a
                """)

        @Argument(help: "The learner's name.")
        var name: String

        @OptionGroup var keys: KeysFolder

        func run() async throws {
            try await reportingFailure {
                try printResult(try keys.certificates.publicCertificate(of: name).publicText)
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check all keys of a folder.",
            discussion: """
                Exit codes: 0 sound; 65 damaged, or the two files of a learner are of different \
                keys; 66 there are none; 77 others may read a secret, a name is another's, two \
                names share a key, or a key is the manual's example.

                Examples:
                  cohort keys check --folder keys
                """)

        @OptionGroup var keys: KeysFolder

        func run() async throws {
            try await reportingFailure {
                let (learners, files) = try keys.certificates.check()
                try printResult("sound: \(learners) learners, \(files) files\n")
            }
        }
    }
}
