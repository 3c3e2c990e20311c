import Bytes
import Exchange
import Experiment
import Foundation
import Kernels
import Launching
import Limits
import Reporting
import ZeroMQ

/// What `cohort doctor` finds on one host, as the launcher on another host reads it.
package struct Examination: Codable, Hashable, Sendable {
    /// One thing that was examined, and the result.
    package struct Finding: Codable, Hashable, Sendable {
        /// What was examined.
        package enum Check: String, Codable, Sendable {
            case processor, files, data, ports, disk
        }

        /// What was examined.
        package var check: Check
        /// The result, for people.
        package var words: String
        /// What a process that ends by it exits with; 0 where all is well.
        package var exitCode: ExitCode

        /// The result of a check.
        package init(check: Check, words: String, exitCode: ExitCode) {
            (self.check, self.words, self.exitCode) = (check, words, exitCode)
        }
    }

    /// The program's version.
    package var version: String
    /// The SHA-256 of the program, 64 digits.
    package var build: String
    /// The configuration's digest, where one was given.
    package var configuration: String?
    /// How many processors the host's programs may use, and by what.
    package var processors: ProcessorAllowance
    /// The host's clock, in seconds since 1970.
    package var time: Double
    /// The address of this host at which ssh reached it; nil without ssh.
    package var address: String?
    /// The address from which ssh came; nil without ssh.
    package var caller: String?
    /// The results, in the order of the checks.
    package var findings: [Finding] = []

    /// An examination that has found nothing yet.
    package init(
        version: String, build: String, configuration: String? = nil,
        processors: ProcessorAllowance = ProcessorAllowance(shared: []), time: Double = 0
    ) {
        (self.version, self.build, self.configuration) = (version, build, configuration)
        (self.processors, self.time) = (processors, time)
    }

    /// The result of a check; nil where it was not made.
    package subscript(check: Finding.Check) -> Finding? { findings.first { $0.check == check } }

    /// The first finding that keeps a cohort from running here; nil where there is none.
    package var problem: Finding? { findings.first { $0.exitCode != .success } }
}

extension Examination {
    /// Examines this host.
    ///
    /// - Parameters:
    ///   - learners: those that will run here; nil: all.
    ///   - awaiting: those whose weights are not there yet.
    ///   - bind: the address that learners bind; nil: that of the configuration, or of ssh.
    ///   - isOverSSH: whether a launcher on another host asks.
    package init(
        of configuration: ExperimentConfiguration?, learners: Set<String>? = nil,
        awaiting: Set<String> = [], bind: String?, isOverSSH: Bool
    ) throws {
        let words = ProcessInfo.processInfo.environment["SSH_CONNECTION"]?.split(separator: " ")
        let ssh = isOverSSH && words?.count == 4 ? words?.map(String.init) : nil
        version = CurrentProgram.version
        build = try Self.ownDigest()
        self.configuration = configuration?.digest
        processors = ProcessorAllowance()
        address = ssh?[2]
        caller = ssh?[0]
        time = 0
        let threads = processors.share().words
        examine(.processor) { "\(Processor.vectors.rawValue.uppercased()), \(threads)" }
        examine(.files) { try Self.descriptors(configuration) }
        if let configuration {
            examine(.data) {
                let assembler = try Assembler(configuration)
                try assembler.checkAll(learners, awaiting: awaiting)
                return assembler.dataSummary
            }
        }
        let usual =
            address.map(NetworkAddress.bracketed) ?? configuration?.exchange.host ?? "127.0.0.1"
        examine(.ports) { try Self.bind(bind ?? usual) }
        examine(.disk) { try Self.write(below: configuration?.runs ?? ".") }
        time = Date().timeIntervalSince1970
    }

    private mutating func examine(_ check: Finding.Check, _ body: () throws -> String) {
        do {
            findings.append(Finding(check: check, words: try body(), exitCode: .success))
        } catch {
            findings.append(
                Finding(check: check, words: "\(error)", exitCode: ExitCode(of: error)))
        }
    }

    /// The SHA-256 of this program, 64 digits.
    static func ownDigest() throws -> String {
        let program = try Data(contentsOf: URL(fileURLWithPath: CurrentProgram.path))
        return SHA256.digest(Array(program)).hexadecimal
    }

    /// The files and sockets that a learner may open: for its connections, and for those of
    /// strangers.
    private static func descriptors(_ configuration: ExperimentConfiguration?) throws -> String {
        try DescriptorLimit.require(256 + 4 * (configuration?.learners.count ?? 0))
        return DescriptorLimit.allowed.map { "\($0) files and sockets" } ?? "no limit is known"
    }

    private static func bind(_ host: String) throws -> String {
        let socket = try Socket(.router, in: try Context())
        socket.allowsIPv6 = host.contains(":")
        do { try socket.bind("tcp://\(host):*") } catch {
            throw ExchangeFailure(
                exitCode: .unavailable,
                message: "\(error); name an address of the host by addr= or exchange.host")
        }
        return "binds \(host)"
    }

    private static func write(below folder: String) throws -> String {
        let files = FileManager.default
        var place = URL(fileURLWithPath: folder)
        while !files.fileExists(atPath: place.path), place.path != "/" {
            place.deleteLastPathComponent()
        }
        let draft = place.appendingPathComponent(".cohort-\(UInt64.random(in: 0 ... .max))").path
        do {
            try Data(count: 1 << 12).write(to: URL(fileURLWithPath: draft))
            try files.removeItem(atPath: draft)
            let space = try files.attributesOfFileSystem(forPath: place.path)[.systemFreeSize]
            let bytes = (space as? NSNumber)?.doubleValue ?? 0
            return String(format: "%.1f GB free", bytes / 1e9)
        } catch { throw DiskError("write", place.path, error) }
    }
}
