import Foundation

/// Something that limits how many threads it is worth to compute on.
public struct ProcessorBound: Hashable, Codable, Sendable {
    /// What it is.
    public enum Kind: String, Codable, Sendable {
        /// The processors that are online.
        case processors
        /// The processors that the process may run on: `taskset`, a cpuset, a scheduler's binding.
        case affinity
        /// The processor time of a control group.
        case quota
        /// What a scheduler gave to the process.
        case scheduler
        /// A variable of the environment that each process obeys by itself.
        case variable
    }

    /// What limits.
    public var kind: Kind
    /// How many processors; a quota may be a fraction.
    public var amount: Double
    /// For people: `OMP_NUM_THREADS=1`.
    public var words: String

    /// A limit.
    public init(_ kind: Kind, _ amount: Double, _ words: String) {
        (self.kind, self.amount, self.words) = (kind, amount, words)
    }

    /// Whether all ranks on a host share it; what a scheduler or an affinity gives is each rank's.
    var isOfHost: Bool { kind == .processors || kind == .quota }
}

extension ProcessorBound {
    static func online(_ count: Int) -> ProcessorBound {
        ProcessorBound(.processors, Double(count), "\(count) processor\(count == 1 ? "" : "s")")
    }

    static func affinity(_ count: Int, of online: Int) -> ProcessorBound {
        ProcessorBound(.affinity, Double(count), "affinity: \(count) of \(online) processors")
    }

    static func quota(_ quota: CPUQuota) -> ProcessorBound {
        let amount = quota.processors
        let text =
            amount == amount.rounded() ? "\(Int(amount))" : String(format: "%.2f", amount)
        return ProcessorBound(
            .quota, amount, "cgroup quota: \(text) processors, by \(quota.file)")
    }
}
