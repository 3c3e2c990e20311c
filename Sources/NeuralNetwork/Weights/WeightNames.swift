import Bytes

/// The tensors of a file by the model's names: without what a wrapper put before them, as
/// `module.` (DistributedDataParallel), `_orig_mod.` (torch.compile) or `model.` (Lightning).
struct WeightNames {
    /// The tensors by their names without the prefix.
    let tensors: [String: SafeTensor]
    /// What was done, for people.
    private(set) var remarks: [String] = []
    /// How the names could be made to fit, where they do not as they are.
    private(set) var hint: String?

    /// - Parameter prefix: the one to take; nil for the one that all names have.
    /// - Throws: ``SafeTensorsError`` where no name has `prefix`.
    init(
        _ file: SafeTensorsFile, of model: Model, prefix: String?
    ) throws(SafeTensorsError) {
        let layout = WeightLayout(of: model)
        let prefixes = Self.prefixes(of: file.tensors.keys, layout)
        if let prefix {
            tensors = Self.without(prefix, file.tensors)
            guard !tensors.isEmpty else {
                throw SafeTensorsError(
                    "no name begins with '\(prefix)'; \(Self.list(prefixes, file, layout))")
            }
            let others = file.tensors.count - tensors.count
            if others > 0 { remarks = ["\(others) tensors without '\(prefix)' are left out"] }
            return
        }
        guard let best = prefixes.first, !best.prefix.isEmpty else {
            tensors = file.tensors
            if prefixes.count > 1 { hint = Self.list(prefixes, file, layout) }
            return
        }
        guard file.tensors.keys.allSatisfy({ $0.hasPrefix(best.prefix) }) else {
            tensors = file.tensors
            hint = Self.list(prefixes, file, layout)
            return
        }
        tensors = Self.without(best.prefix, file.tensors)
        remarks = ["all names begin with '\(best.prefix)', which is taken off"]
    }

    private typealias Prefix = (prefix: String, count: Int)

    /// What the model's names are found behind, the most frequent first.
    private static func prefixes(
        of names: some Sequence<String>, _ layout: WeightLayout
    ) -> [Prefix] {
        var counts: [String: Int] = [:]
        for name in names {
            if layout.has(name) { counts["", default: 0] += 1 }
            for dot in name.indices where name[dot] == "." {
                let end = name.index(after: dot)
                if layout.has(String(name[end...])) {
                    counts[String(name[..<end]), default: 0] += 1
                }
            }
        }
        return counts.map { (prefix: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.prefix) < ($0.count, $1.prefix) }
    }

    private static func without(
        _ prefix: String, _ tensors: [String: SafeTensor]
    ) -> [String: SafeTensor] {
        Dictionary(
            tensors.filter { $0.key.hasPrefix(prefix) }
                .map { (String($0.key.dropFirst(prefix.count)), $0.value) },
            uniquingKeysWith: { $1 })
    }

    /// Which prefixes there are, and how one is chosen.
    private static func list(
        _ prefixes: [Prefix], _ file: SafeTensorsFile, _ layout: WeightLayout
    ) -> String {
        let known = prefixes.filter { !$0.prefix.isEmpty }.prefix(8)
        guard let first = known.first else { return "no other prefix gives the model's names" }
        let total = layout.names.count + layout.counters.count
        let all = known.map { "'\($0.prefix)' (\($0.count) of the model's \(total))" }
            .joined(separator: ", ")
        return "the model's names stand behind \(all); choose one, which leaves out all others, by"
            + " `weights: {file: …, prefix: \(first.prefix)}`"
    }
}
