import CohortGraph

/// What travels between the members of the circles of a stage that go through relays.
struct RelayTraffic: Sendable {
    /// One direction between a member and its parent.
    struct Link: Sendable {
        var circle: Int
        /// Who takes it, where that is a learner.
        var learner: String?
        var isUp: Bool
        /// What the sum of a step is called.
        var sum: String
    }

    private let circles: [RelayTree]
    private let sums: [String]
    private let groupOf: [String: Int]
    private let placeOf: [String: Int]
    /// Of each circle's students one for all that learn at the same steps.
    private let examples: [[String]]

    /// - Parameter pace: the same for learners that learn, and are tested, at the same steps.
    init(
        _ circles: [RelayTree], of graph: TeachingGraph, pace: (String) -> some Hashable
    ) {
        self.circles = circles
        examples = circles.map { circle in
            Dictionary(grouping: circle.students, by: pace).values.map { $0[0] }
        }
        sums = circles.map { KnowledgeTensor.sumName(at: $0.edge.temperature) }
        var groupOf: [String: Int] = [:]
        var placeOf: [String: Int] = [:]
        for (place, circle) in circles.enumerated() {
            for index in circle.groups { groupOf[graph.groups[index].to] = index }
            for name in circle.relays + circle.sources + circle.students { placeOf[name] = place }
        }
        self.groupOf = groupOf
        self.placeOf = placeOf
    }

    func circle(of name: String) -> RelayTree? { placeOf[name].map { circles[$0] } }

    /// The learners that learn from what a learner or a relay says to its parent or children.
    func students(of name: String) -> [String] {
        guard let circle = circle(of: name) else { return [] }
        return circle.relays.contains(name) || circle.sources.contains(name) ? circle.students : []
    }

    /// The direction between two members; nil where they are none, or not beside one another.
    func link(from: String, to: String) -> Link? {
        guard !circles.isEmpty, let place = placeOf[from], placeOf[to] == place else {
            return nil
        }
        let circle = circles[place]
        if circle.parents[from] == to {
            return Link(circle: place, learner: nil, isUp: true, sum: sums[place])
        }
        guard circle.parents[to] == from else { return nil }
        let learner = circle.relays.contains(to) ? nil : to
        return Link(circle: place, learner: learner, isUp: false, sum: sums[place])
    }

    /// The groups for whose sake something travels: an example for all that are taught at the same
    /// steps.
    func groups(needing link: Link) -> [Int] {
        students(needing: link).compactMap { groupOf[$0] }
    }

    /// The learners for whose sake something travels: an example for all that are tested at the
    /// same steps.
    func students(needing link: Link) -> [String] {
        link.learner.map { [$0] } ?? examples[link.circle]
    }
}
