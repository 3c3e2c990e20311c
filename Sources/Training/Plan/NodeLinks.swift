import CohortGraph
import Exchange

/// The links of a node to its neighbours: what its exchange must know of the teaching plan.
///
/// Every exchange of a plan is wired by this, over sockets and in memory.
public struct NodeLinks: Sendable {
    /// One for each node from which it receives, in the order of the configuration.
    public let teachers: [Link]
    /// One for each node to which it sends, in the order of the configuration.
    public let students: [Link]
    /// The place of a relay in its circle; nil for a learner.
    public let relay: RelayPlace?

    /// - Parameters:
    ///   - contracts: of the tensors that it receives; nil for a node that receives none.
    ///   - excluded: neighbours that are reached in another way, such as recordings.
    public init(
        of name: String, in deliveries: Deliveries, _ contracts: TensorContracts?,
        without excluded: Set<String> = []
    ) {
        let neighbours = deliveries.neighbours(of: name)
        teachers = neighbours.teachers.filter { !excluded.contains($0) }.map { teacher in
            Link(
                teacher, isOptional: deliveries.isOptional(from: teacher, to: name),
                acceptsLate: deliveries.keepsLate(from: teacher, to: name),
                isRelay: deliveries.isRelay(teacher)
            ) {
                deliveries.tensorsDue(from: teacher, to: name, step: $0, round: $1)
            } contract: {
                contracts?.contract(of: $0, from: teacher, in: $1)
            }
        }
        students = neighbours.students.map { student in
            Link(
                student, isOptional: deliveries.isOptional(from: name, to: student),
                acceptsLate: deliveries.keepsLate(from: name, to: student),
                isRelay: deliveries.isRelay(student),
                inputs: contracts?.inputs(for: deliveries.graph.original(of: student))
            ) {
                deliveries.tensorsDue(from: name, to: student, step: $0, round: $1)
            }
        }
        relay = deliveries.isRelay(name) ? RelayPlace(parent: deliveries.parent(of: name)) : nil
    }
}
