import Bytes
import Foundation

/// What a program must know to join a run by itself: `contact.json`, which is there for as long as
/// the run's rendezvous listens.
public struct JoiningContact: Codable, Hashable, Sendable {
    /// The process that listens.
    public struct Launcher: Codable, Hashable, Sendable {
        /// The name of its host.
        public var host: String
        /// Its number there.
        public var process: Int32

        /// A process of a host.
        public init(host: String, process: Int32) {
            (self.host, self.process) = (host, process)
        }

        /// This process.
        public static var current: Launcher {
            Launcher(
                host: ProcessInfo.processInfo.hostName,
                process: ProcessInfo.processInfo.processIdentifier)
        }
    }

    /// The version of the wire format.
    public var protocolVersion: Int
    /// The run's identifier, as `--run` takes it.
    public var run: String
    /// The 16 bytes of the run in every header, 32 hexadecimal digits.
    public var runIdentifier: String
    /// The digest of the resolved configuration, 64 hexadecimal digits.
    public var configurationDigest: String
    /// The path of the configuration with every default.
    public var configuration: String
    /// The address where the cohort meets.
    public var rendezvous: String
    /// The rendezvous' public key, 64 hexadecimal digits; nil where the exchange is plain.
    public var rendezvousKey: String?
    /// The public keys of those that may take part, by name; none where the exchange is plain.
    public var keys: [String: String]
    /// The stage of the training that the cohort meets for, from 1.
    public var stage: Int
    /// The number of stages.
    public var stages: Int
    /// The learners of this stage that are expected to join by themselves.
    public var external: [String]
    /// How many steps each learner of the stage trains for, as far as it is known here.
    public var steps: [String: Int]
    /// The number of classes of the task; nil where the data are not here.
    public var classes: Int?
    /// The first 8 bytes of the digest of the order of the samples, 16 hexadecimal digits in the
    /// order of the digest; nil where the data are not here.
    public var sampleOrder: String?
    /// The process that listens.
    public var launcher: Launcher

    /// Where a stage of a run meets.
    ///
    /// What is left out here is set by its name.
    public init(
        protocolVersion: Int, run: String, runIdentifier: String, configurationDigest: String,
        configuration: String, rendezvous: String, stage: Int, stages: Int,
        launcher: Launcher = .current
    ) {
        self.protocolVersion = protocolVersion
        (self.run, self.runIdentifier) = (run, runIdentifier)
        (self.configurationDigest, self.configuration) = (configurationDigest, configuration)
        self.rendezvous = rendezvous
        keys = [:]
        (self.stage, self.stages) = (stage, stages)
        (external, steps) = ([], [:])
        self.launcher = launcher
    }

    enum CodingKeys: String, CodingKey {
        case run, configuration, rendezvous, keys, stage, stages, external, steps, classes, launcher
        case protocolVersion = "protocol"
        case runIdentifier = "run_identifier"
        case configurationDigest = "configuration_digest"
        case rendezvousKey = "rendezvous_key"
        case sampleOrder = "sample_order"
    }

    /// One line of JSON, without its end.
    public var line: String { String(decoding: encoded([]), as: UTF8.self) }

    fileprivate func encoded(_ more: JSONEncoder.OutputFormatting) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = more.union([.sortedKeys, .withoutEscapingSlashes])
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("words and whole numbers always have a JSON form")
        }
        return data
    }
}

extension RunDirectory {
    /// Where the cohort meets now, for those that join by themselves: see ``JoiningContact``.
    public var contact: String { "\(path)/contact.json" }

    /// Writes `contact.json` whole, in place of one that is there.
    ///
    /// - Throws: ``DiskError``.
    public func write(_ contact: JoiningContact) throws(DiskError) {
        try Files.replace(
            self.contact, with: contact.encoded(.prettyPrinted) + Data("\n".utf8))
    }

    /// Removes `contact.json`, if it is there: nobody listens any more.
    ///
    /// - Throws: ``DiskError``.
    public func removeContact() throws(DiskError) { try Files.remove(contact) }
}
