import Foundation

/// How fast the kernels are, beside what the processor should reach.
enum SpeedCheck: HealthCheck {
    static let name = "speed"
    static let summary = "the kernels' speed beside what the processor should reach"

    /// Floating-point operations of one core in a cycle: two multiply-adds of eight floats, which
    /// every processor with AVX2 can begin.
    private static let perCycle = 32.0
    /// Below it something is wrong: sound machines reach two thirds and more.
    private static let least = 0.35

    static func examine(_ here: Surroundings) -> [Examination.Finding] {
        let speed = here.speed()
        let other = speed.openBLAS.map { ", OpenBLAS \(gigaflops($0))" } ?? ""
        let value = "\(gigaflops(speed.kernels)) on one thread\(other)"
        guard !speed.isDebugBuild else {
            return [
                .warning(
                    value + ", from a program that is not optimized",
                    remedy: "build it by `swift build -c release`")
            ]
        }
        guard let expected = expected(here) else { return [.ok(value)] }
        let full = "\(value), of at least \(gigaflops(expected)) that the processor should reach"
        guard speed.kernels < least * expected else { return [.ok(full)] }
        let isAlone = speed.openBLAS.map { $0 >= least * expected } ?? false
        return [
            .warning(
                full,
                remedy: isAlone
                    ? "the program's own kernels are slow: build it again by"
                        + " `swift build -c release`, and unset COHORT_VECTORS"
                    : "other programs take the processor, or it is throttled: see `top`, and the"
                        + " machine's temperature and power settings")
        ]
    }

    /// By the clock that the kernel reports, in operations a second.
    private static func expected(_ here: Surroundings) -> Double? {
        let text = here.files.value(of: "cpu MHz", in: "/proc/cpuinfo")
        let number = text.flatMap { Double($0.drop { $0 == ":" || $0 == " " || $0 == "\t" }) }
        return number.flatMap { $0 > 0 ? $0 * 1e6 * perCycle : nil }
    }

    private static func gigaflops(_ rate: Double) -> String {
        String(format: "%.0f GFLOP/s", rate / 1e9)
    }
}
