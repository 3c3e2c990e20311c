extension TermReport {
    /// The teachers that a term's name lists, in the order of its ``shares``: `b` and `c` of
    /// `dml<b,c:features~strong#2`. None of a name such as `dml<b...z(12)`, which holds only the
    /// first and the last of many; ``IntervalReport/teachers(of:)`` may know them.
    public static func teachers(in name: String) -> [String] {
        abbreviation(in: name) == nil
            ? list(in: name).split(separator: ",").map(String.init) : []
    }

    /// The first and the last of the teachers, and how many there are, where the name of a term
    /// holds no more of them.
    fileprivate static func abbreviation(
        in name: String
    ) -> (first: String, last: String, count: Int)? {
        guard let parts = list(in: name).wholeMatch(of: /(.+)\.\.\.(.+)\((\d+)\)/),
            let count = Int(parts.3)
        else { return nil }
        return (String(parts.1), String(parts.2), count)
    }

    /// What stands between the loss and what may follow the teachers: taps, views, a number.
    private static func list(in name: String) -> Substring {
        guard let mark = name.firstIndex(of: "<") else { return "" }
        return name[name.index(after: mark)...].prefix { !":~#".contains($0) }
    }
}

extension IntervalReport {
    /// Who teaches in a term: whom its name lists; where it names only the first and the last, the
    /// peers whose answers the learner was compared with, where they are as many as the name says.
    ///
    /// - Returns: in the order of the name, or sorted; none where the interval does not tell them,
    ///   as behind relays.
    public func teachers(of term: String) -> [String] {
        guard let known = TermReport.abbreviation(in: term) else {
            return TermReport.teachers(in: term)
        }
        let isTold =
            divergence.count == known.count && divergence[known.first] != nil
            && divergence[known.last] != nil
        return isTold ? divergence.keys.sorted() : []
    }
}
