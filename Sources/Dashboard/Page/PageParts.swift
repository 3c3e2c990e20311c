/// What changed of a run, in parts of bounded size, so that a page draws while the rest arrives.
enum PageParts {
    typealias Members = [(String, PageValue?)]

    /// The members whose items a page adds to those that it has: lists, and objects of lists.
    private static let cut: Set<String> = [
        "learners", "scores", "clocks", "series", "edges", "frames",
    ]
    /// The member that comes last and whole, as a page would take its items twice where the
    /// connection is lost between two parts.
    private static let last = "messages"

    /// Members as one part, or where they are too long as several: first what is not cut, then
    /// pieces of the others, and at last the messages.
    ///
    /// - Parameter length: of a part, in bytes, unless a single item of a list, or what is not cut,
    ///   is longer.
    static func split(_ members: Members, atMost length: Int) -> [Members] {
        guard PageValue.object(members).length > length else { return [members] }
        return [members.filter { !cut.contains($0.0) && $0.0 != last }]
            + members.filter { cut.contains($0.0) }
            .flatMap { pieces(of: $0.0, $0.1, atMost: length) }
            + [members.filter { $0.0 == last }]
    }

    private static func pieces(
        of name: String, _ value: PageValue?, atMost length: Int
    ) -> [Members] {
        switch value {
        case .list(let items): runs(of: items, atMost: length).map { [(name, .list($0))] }
        case .object(let lists):
            lists.flatMap { inner, list in
                pieces(of: inner, list, atMost: length).map { [(name, .object($0))] }
            }
        default: []
        }
    }

    private static func runs(of items: [PageValue], atMost length: Int) -> [[PageValue]] {
        var runs: [[PageValue]] = []
        var room = 0
        for item in items {
            if item.length > room || runs.isEmpty {
                runs.append([])
                room = length
            }
            runs[runs.count - 1].append(item)
            room -= item.length
        }
        return runs
    }
}
