import Foundation

/// The clock. Only the times in logs depend on it, and whether certificates of ssh are valid.
enum ClockCheck: HealthCheck {
    static let name = "clock"
    static let summary = "the clock: whether its date can be right"

    /// A day, in seconds: a program may have been built in another zone.
    private static let tolerance = 86_400.0
    /// So long is no build in use: 30 years, in seconds.
    private static let future = 30 * 365.25 * 86_400

    static func examine(_ here: Surroundings) -> [Examination.Finding] {
        let value = here.time.formatted(.iso8601)
        guard let built = here.buildTime else { return [.ok(value)] }
        let age = here.time.timeIntervalSince(built)
        guard age < -tolerance || age > future else { return [.ok(value)] }
        return [
            .warning(
                "\(value), and this program was built at \(built.formatted(.iso8601))",
                remedy: "set the clock, as by `timedatectl set-ntp true`")
        ]
    }
}
