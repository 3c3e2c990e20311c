import Bytes
import Exchange
import Experiment
import Foundation
import Kernels
import Reporting
import ZeroMQ

/// What `cohort doctor` finds on one host, as it is told to a launcher elsewhere.
struct Examination: Codable {
    /// What was looked at, and what is to be said of it.
    struct Finding: Codable {
        enum Check: String, Codable {
            case processor, files, data, ports, disk
        }

        var check: Check
        var words: String
        /// What a process that ends by it exits with; 0 where all is well.
        var exitCode: ExitCode
    }

    var version: String
    /// The SHA-256 of the program, 64 digits.
    var build: String
    /// The configuration's digest, where one was given.
    var configuration: String?
    var threads: Int
    /// The host's clock, in seconds since 1970.
    var time: Double
    /// The address of this host at which ssh reached it, and the one from which: nil without ssh.
    var address: String?
    var caller: String?
    var findings: [Finding] = []

    subscript(check: Finding.Check) -> Finding? { findings.first { $0.check == check } }

    /// The first finding that keeps a cohort from running here.
    var problem: Finding? { findings.first { $0.exitCode != .success } }
}

extension Examination {
    /// Looks at this host.
    ///
    /// - Parameters:
    ///   - learners: those that will run here; nil: all.
    ///   - awaiting: those whose weights are not there yet.
    ///   - bind: the address that learners bind; nil: what the configuration says, or ssh.
    init(
        of configuration: ExperimentConfiguration?, learners: Set<String>? = nil,
        awaiting: Set<String> = [], bind: String?, isOverSSH: Bool
    ) throws {
        let words = ProcessInfo.processInfo.environment["SSH_CONNECTION"]?.split(separator: " ")
        let ssh = isOverSSH && words?.count == 4 ? words?.map(String.init) : nil
        version = Cohort.configuration.version
        build = try Self.ownDigest()
        self.configuration = configuration?.digest
        threads = ProcessInfo.processInfo.activeProcessorCount
        address = ssh?[2]
        caller = ssh?[0]
        time = 0
        let threads = threads
        examine(.processor) { "\(Processor.vectors.rawValue.uppercased()), \(threads) threads" }
        examine(.files) { try Self.descriptors(configuration) }
        if let configuration {
            examine(.data) {
                let assembler = try Assembler(configuration)
                try assembler.checkAll(learners, awaiting: awaiting)
                return assembler.dataSummary
            }
        }
        let usual = address.map(HostGroup.bracketed) ?? configuration?.exchange.host ?? "127.0.0.1"
        examine(.ports) { try Self.bind(bind ?? usual) }
        examine(.disk) { try Self.write(below: configuration?.runs ?? ".") }
        time = Date().timeIntervalSince1970
    }

    private mutating func examine(_ check: Finding.Check, _ body: () throws -> String) {
        do {
            findings.append(Finding(check: check, words: try body(), exitCode: .success))
        } catch {
            findings.append(
                Finding(check: check, words: "\(error)", exitCode: cohort.exitCode(of: error)))
        }
    }

    static func ownDigest() throws -> String {
        let program = try Data(contentsOf: URL(fileURLWithPath: StageLaunch.executable))
        return SHA256.digest(Array(program)).hexadecimal
    }

    /// Room for the connections of a learner, and for those of strangers.
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
