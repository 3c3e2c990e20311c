/// Runs of one experiment by the settings in which they differ: only runs that differ in nothing
/// but their seeds are averaged.
public struct RunGroups: Sendable {
    /// A finished run, and what its numbers follow from.
    public struct Entry: Sendable {
        /// Where it lies.
        public var run: RunDirectory
        /// What it came to.
        public var summary: Summary
        /// The settings that change numbers and the data's digests, by their names.
        public var settings: [String: String]

        /// A run of these settings.
        public init(_ run: RunDirectory, _ summary: Summary, settings: [String: String]) {
            (self.run, self.summary, self.settings) = (run, summary, settings)
        }
    }

    /// Runs that differ in nothing but their seeds.
    public struct Group: Sendable {
        /// The settings in which the groups differ, with their values here:
        /// `training.optimizer.rate=0.1`. Empty where there is one group.
        public var settings: [String]
        /// Its runs, in the order in which they were given.
        public var entries: [Entry]

        /// The seeds of its runs, ascending.
        public var seeds: [UInt64] { entries.map(\.summary.seed).sorted() }

        /// `training.optimizer.rate=0.1, seeds 1, 2`.
        public var title: String {
            (settings + [Self.words(ofSeeds: seeds)]).joined(separator: ", ")
        }

        /// `seed 1`, `seeds 1, 2`.
        package static func words(ofSeeds seeds: [UInt64]) -> String {
            "seed\(seeds.count == 1 ? "" : "s") "
                + seeds.map(String.init).joined(separator: ", ")
        }
    }

    /// In the order in which their first runs were given.
    public let groups: [Group]

    /// Divides runs.
    public init(_ entries: [Entry]) {
        let settings = Self.gathered(entries.map { $0.settings.filter { $0.key != "seed" } })
        let names = Set(settings.flatMap(\.keys)).sorted().filter { name in
            settings.contains { $0[name] != settings[0][name] }
        }
        var order: [[String]] = []
        var members: [[String]: [Entry]] = [:]
        for (entry, settings) in zip(entries, settings) {
            let own = names.map { "\($0)=\(settings[$0] ?? "not set")" }
            if members[own] == nil { order.append(own) }
            members[own, default: []].append(entry)
        }
        groups = order.map { Group(settings: $0, entries: members[$0] ?? []) }
    }

    /// The same settings with one in place of those that all learners of a run have alike, in every
    /// run that has any: `training.steps`.
    private static func gathered(_ all: [[String: String]]) -> [[String: String]] {
        func shared(_ path: String) -> String? {
            path.wholeMatch(of: /learners\.[^.]+\.(training\..+)/).map { String($0.1) }
        }
        let paths = Set(all.flatMap(\.keys).filter { shared($0) != nil })
        let learners = Set(paths.map { $0.split(separator: ".")[1] }).count
        let alike = Set(paths.compactMap(shared)).filter { key in
            all.allSatisfy { settings in
                let own = settings.filter { shared($0.key) == key }
                return own.isEmpty || own.count == learners && Set(own.values).count == 1
            }
        }
        return all.map { settings in
            var gathered: [String: String] = [:]
            for (path, value) in settings {
                let key = shared(path).flatMap { alike.contains($0) ? $0 : nil }
                gathered[key ?? path] = value
            }
            return gathered
        }
    }
}
