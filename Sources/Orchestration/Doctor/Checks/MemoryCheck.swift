import Experiment
import Foundation
import Limits

/// The memory that is left, beside what the learners here need.
enum MemoryCheck: HealthCheck {
    static let name = "memory"
    static let summary = "memory that is left, beside what the learners here need"

    /// From this share on it is worth a warning.
    private static let tight = 0.8
    /// Address space that a process takes beyond what it uses: code, stacks, arenas.
    private static let reserved = 1 << 30

    static func examine(_ here: Surroundings) -> [Examination.Finding] {
        let left = [
            here.files.value(of: "MemAvailable", in: "/proc/meminfo").flatMap(kilobytes).map {
                (bytes: $0, by: "")
            },
            MemoryLimit.strictest(here.files).map {
                (bytes: $0.available, by: ", by \($0.file)")
            },
        ].compactMap(\.self).min { $0.bytes < $1.bytes }
        guard let left else {
            return [.warning("not known", remedy: "mount /proc, or look by yourself")]
        }
        let value = "\(Size.words(left.bytes)) available\(left.by)"
        let needs = here.needs ?? []
        guard !needs.isEmpty else { return [.ok(value)] + addressSpace(needs, here) }
        let needed = needs.reduce(0) { $0 + $1.memory }
        let full =
            "\(value); \(needs.count) learner\(needs.count == 1 ? " needs" : "s need") about"
            + " \(Size.words(needed))"
        let remedy =
            "run fewer learners here, as by --hosts, or choose smaller batches or models; the"
            + " largest is '\(needs.max { $0.memory < $1.memory }?.name ?? "")'"
        let finding: Examination.Finding =
            needed > left.bytes
            ? .failure(full, remedy: remedy, exitCode: .configuration)
            : Double(needed) > tight * Double(left.bytes)
                ? .warning(full, remedy: remedy) : .ok(full)
        return [finding] + addressSpace(needs, here)
    }

    /// What `ulimit -v` leaves to each process.
    private static func addressSpace(
        _ needs: [LearnerNeeds], _ here: Surroundings
    ) -> [Examination.Finding] {
        guard let limit = SystemLimit.addressSpace.soft(here.files) else { return [] }
        let needed = reserved + 2 * (needs.map(\.memory).max() ?? 0)
        let value = "each process may have \(Size.words(limit)) of address space"
        guard limit < needed else { return [.ok(value)] }
        return [
            .warning(
                "\(value), and may need \(Size.words(needed))",
                remedy: "raise it, as by `ulimit -v unlimited`")
        ]
    }

    private static func kilobytes(_ text: String) -> Int? {
        Int(text.prefix { $0.isNumber }).map { $0 << 10 }
    }
}
