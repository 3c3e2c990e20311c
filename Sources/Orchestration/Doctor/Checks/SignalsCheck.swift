/// Signals that whoever started the program had ignored or blocked.
enum SignalsCheck: HealthCheck {
    static let name = "signals"
    static let summary = "signals that were ignored or blocked before the program began"

    /// Those that Cohort uses, by their numbers on Linux, and what is lost without.
    private static let used: [(number: Int, name: String, loss: String?)] = [
        (1, "HUP", nil), (2, "INT", nil), (13, "PIPE", nil),
        (10, "USR1", "no checkpoint can be asked for"),
        (15, "TERM", "a learner is killed without a checkpoint"),
        (17, "CHLD", "the launcher may miss the end of its learners"),
    ]

    static func examine(_ here: Surroundings) -> [Examination.Finding] {
        let ignored = signals("SigIgn", here)
        let blocked = signals("SigBlk", here)
        let lost = used.filter { ignored.contains($0.number) || blocked.contains($0.number) }
        let named = { (numbers: Set<Int>) in
            used.filter { numbers.contains($0.number) }.map(\.name).joined(separator: ", ")
        }
        let parts = [(named(ignored), "ignored"), (named(blocked), "blocked")]
            .filter { !$0.0.isEmpty }.map { "\($0.0) \($0.1)" }
        guard !parts.isEmpty else { return [.ok("none is ignored or blocked")] }
        let value = parts.joined(separator: "; ")
        let losses = lost.compactMap(\.loss)
        guard !losses.isEmpty else { return [.ok(value)] }
        return [
            .warning(
                "\(value): \(losses.joined(separator: "; "))",
                remedy: "start from a shell or service that leaves them, as by `trap - TERM`")
        ]
    }

    /// The numbers in a mask of `/proc/self/status`.
    private static func signals(_ key: String, _ here: Surroundings) -> Set<Int> {
        let text = here.files.value(of: key, in: "/proc/self/status") ?? ""
        let mask = UInt64(text, radix: 16) ?? 0
        return Set((1...64).filter { mask >> UInt64($0 - 1) & 1 == 1 })
    }
}
