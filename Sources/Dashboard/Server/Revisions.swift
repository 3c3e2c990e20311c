/// How much of a run a page has seen: the last change of each part of it.
struct Revisions: Hashable, Sendable {
    /// Of the records.
    var course: Int
    /// Of the facts.
    var facts: Int
    /// Of the disputed samples.
    var disputes: Int

    /// As a position holds them.
    var numbers: [Int] { [course, facts, disputes] }
}

extension Revisions {
    /// Nil where these are no three numbers.
    init?(_ numbers: [Int]) {
        guard numbers.count == 3 else { return nil }
        self.init(course: numbers[0], facts: numbers[1], disputes: numbers[2])
    }
}
