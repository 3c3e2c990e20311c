import Bytes
import Exchange
import Experiment
import Launching
import ZeroMQ

/// Whether learners can bind their address, and have ports enough.
enum PortsCheck: HealthCheck {
    static let name = "ports"
    static let summary = "the address that learners bind, and the ports that are left for them"

    static func examine(_ here: Surroundings) throws -> [Examination.Finding] {
        // libzmq ends the process where it finds none left.
        if let files = SystemLimit.openFiles.hard(here.files), files < 128 {
            return [
                .warning(
                    "not tried with \(files) files and sockets",
                    remedy: "raise their limit first, as by `ulimit -n 1024`")
            ]
        }
        let socket = try Socket(.router, in: try Context())
        do {
            let address = try BindAddress.resolve(here.address)
            socket.allowsIPv6 = address.contains(":")
            try socket.bind("tcp://\(address):*")
        } catch {
            return [
                .failure(
                    "\(error)", remedy: "name an address of the host by addr= or exchange.host",
                    exitCode: .unavailable)
            ]
        }
        return [.ok("binds \(here.address)")] + ports(here) + (try master(here))
    }

    /// The port that rank 0 of a job will bind, where it is on this host.
    private static func master(_ here: Surroundings) throws -> [Examination.Finding] {
        let address = here.environment["MASTER_ADDR"] ?? ""
        guard [here.hostName, "localhost"].contains(address) || NetworkAddress.isLoopback(address),
            let port = here.environment["MASTER_PORT"]
        else { return [] }
        let socket = try Socket(.router, in: try Context())
        do { try socket.bind("tcp://\(NetworkAddress.any):\(port)") } catch {
            return [
                .warning(
                    "MASTER_PORT=\(port): \(error)",
                    remedy: "name a free port by MASTER_PORT or --master, unless a rank 0 runs now")
            ]
        }
        return []
    }

    /// Each process binds a port, and each connection takes one.
    private static func ports(_ here: Surroundings) -> [Examination.Finding] {
        guard let configuration = here.configuration, configuration.exchange.transport == .tcp
        else { return [] }
        let ends = here.files.words("/proc/sys/net/ipv4/ip_local_port_range").map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1] else { return [] }
        let own = here.together.count
        let needed = own + own * (configuration.learners.count + 1)
        guard last - first + 1 < 2 * needed else { return [] }
        return [
            .warning(
                "\(last - first + 1) ports are free to choose, and \(needed) are needed",
                remedy: "widen them, as by `sysctl -w net.ipv4.ip_local_port_range='1024 65535'`")
        ]
    }
}
