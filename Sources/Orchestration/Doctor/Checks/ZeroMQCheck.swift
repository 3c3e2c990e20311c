import ZeroMQ

/// The version of libzmq, and whether it has CURVE.
enum ZeroMQCheck: HealthCheck {
    static let name = "zeromq"
    static let summary = "the version of libzmq, and whether it can encrypt"

    static func examine(_ here: Surroundings) throws -> [Examination.Finding] {
        let version = LibraryVersion.loaded
        try version.requireAccepted()
        do { try LibraryVersion.requireCurve() } catch {
            guard here.configuration?.exchange.security != .curve else { throw error }
            return [
                .warning(
                    "libzmq \(version), without CURVE",
                    remedy: "install Debian's libzmq5 before learners on several hosts exchange")
            ]
        }
        return [.ok("libzmq \(version), with CURVE")]
    }
}
