/// What changed of a run, in parts of bounded size, so that a page draws while the rest arrives.
enum PageParts {
    typealias Members = [(String, PageValue?)]

    /// Members as one part, or where they are too long as several: first what is no list, then
    /// pieces of the lists, and at last the member that is not cut.
    ///
    /// - Parameters:
    ///   - length: of a part, in bytes, unless a single item of a list is longer.
    ///   - whole: the name of the member that is not cut, as a page would take it twice in where
    ///     the connection is lost between two parts.
    static func split(_ members: Members, atMost length: Int, whole: String) -> [Members] {
        guard PageValue.object(members).length > length else { return [members] }
        let lists = members.filter { $0.0 != whole && isCut($0.1) }
        return [members.filter { $0.0 != whole && !isCut($0.1) }]
            + lists.flatMap { pieces(of: $0.0, $0.1, atMost: length) }
            + [members.filter { $0.0 == whole }]
    }

    private static func isCut(_ value: PageValue?) -> Bool {
        switch value {
        case .list, .object: true
        default: false
        }
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
