/// Where a relay stands among the relays of its circle.
public struct RelayPlace: Hashable, Sendable {
    /// The relay to which it sends its part, and which sends it the sum; nil for the root.
    public var parent: String?

    /// The place below `parent`.
    public init(parent: String?) { self.parent = parent }
}

/// Where a relay begins, which follows from the checkpoints of all learners.
public struct RelayStart: Hashable, Sendable {
    /// Nobody at all needs anything of an earlier step.
    public var first = 0
    /// Nobody below the relay needs the sum of an earlier step.
    public var firstTold = 0

    /// A start at these steps.
    public init(first: Int = 0, firstTold: Int = 0) {
        self.first = first
        self.firstTold = firstTold
    }
}

/// What a relay derives from the checkpoints of its students.
///
/// A relay stores nothing that its neighbours could not send it again: what is published stays in
/// the learners' journals until everyone below every relay has a checkpoint after it. So another
/// life of a relay begins where the first of all learners would go on, and makes the same sums
/// anew.
package struct Relaying: Sendable {
    /// The checkpoint of one student that may still need something.
    package struct Student {
        /// Its name.
        package var name: String
        /// It needs nothing of earlier steps.
        package var checkpoint: Int
        /// Whether its present life declared it.
        package var isDeclared: Bool

        /// A student with its checkpoint.
        package init(name: String, checkpoint: Int, isDeclared: Bool) {
            self.name = name
            self.checkpoint = checkpoint
            self.isDeclared = isDeclared
        }
    }

    /// The relay above; nil for the root.
    package let parent: String?
    /// Where it began; zero before it joined.
    package private(set) var start = RelayStart()

    /// A relay at a place.
    package init(_ place: RelayPlace) { parent = place.parent }

    /// Begins where the first of its students would go on.
    package mutating func begin(for students: [Student]) {
        let first = Self.firstNeeded(by: students) ?? 0
        let firstTold = Self.firstNeeded(by: students, except: parent) ?? first
        start = RelayStart(first: first, firstTold: firstTold)
    }

    /// The first step that one of the students may still need; `Int.max` where there is none.
    ///
    /// - Parameters:
    ///   - excepted: a student whose checkpoint does not count: it is told of this one, and has its
    ///     own in part from here.
    ///   - isJoining: whether all must have declared theirs first.
    /// - Returns: nil while that is not known.
    package static func firstNeeded(
        by students: [Student], except excepted: String? = nil, isJoining: Bool = false
    ) -> Int? {
        let others = students.filter { $0.name != excepted }
        guard !isJoining || others.allSatisfy(\.isDeclared) else { return nil }
        return others.map(\.checkpoint).min() ?? .max
    }
}
