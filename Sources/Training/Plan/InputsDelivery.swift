import CohortGraph
import Exchange

/// The samples of a batch, for a teacher that has no access to them.
///
/// A student sends them as many steps early as nodes share the teacher's load, so that each node
/// has one batch to work on while the student learns. At its first step it sends all that nobody
/// could send early enough, each in a round of its own. A student that writes its samples itself
/// sends those of its own step.
struct InputsDelivery: DeliveryRule {
    /// How many steps after the step of the message the samples are of.
    let ahead: Int

    var round: Round { .inputs(ahead: ahead) }
    let samples = RoundSamples.inputs

    /// The rules that a graph needs; none where every teacher has the samples.
    static func rules(of graph: TeachingGraph) -> [InputsDelivery] {
        let farthest = graph.learners.filter { graph.isSentInputs($0.name) }
            .map { steps(ahead: $0.name, in: graph) }.max()
        return farthest.map { (0...$0).map(InputsDelivery.init) } ?? []
    }

    /// How many steps early a teacher's nodes are sent samples.
    static func steps(ahead teacher: String, in graph: TeachingGraph) -> Int {
        let original = graph.original(of: teacher)
        let areWritten = graph.students(of: original).contains {
            graph[$0]?.writesSamples == true
        }
        return areWritten ? 0 : graph.replicas(of: original).count
    }

    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String] {
        let graph = deliveries.graph
        guard graph.isSentInputs(to), deliveries.isTurn(of: to, at: step + ahead) else { return [] }
        let usual = Self.steps(ahead: to, in: graph)
        let isDue = step == 0 ? ahead <= usual : ahead == usual
        return isDue && deliveries.sender(to: to, at: step + ahead) == from
            ? [KnowledgeTensor.inputsName(for: graph.original(of: to))] : []
    }
}

extension Deliveries {
    /// How many steps early a learner sends samples, or is sent them; 0 where none travel.
    package func inputSteps(around name: String) -> Int {
        let receivers = neighbours(of: name).students + [name]
        return receivers.filter(graph.isSentInputs)
            .map { InputsDelivery.steps(ahead: $0, in: graph) }.max() ?? 0
    }

    /// Who sends a teacher the samples of a step: of the students that it teaches then the first
    /// that the launcher starts, else the first; nil where nobody is taught.
    func sender(to teacher: String, at step: Int) -> String? {
        senders(to: teacher).first { student in
            batchRounds.contains {
                !tensorsDue(from: teacher, to: student, step: step, round: $0).isEmpty
            }
        }
    }

    /// The students of a teacher in the order in which they are preferred to send it samples.
    func senders(to teacher: String) -> [String] {
        let students = neighbours(of: teacher).students
        return students.filter { graph[$0]?.isExternal != true }
            + students.filter { graph[$0]?.isExternal == true }
    }
}

extension KnowledgeTensor {
    /// What the samples of a batch are called as a teacher sees them.
    package static func inputsName(for teacher: String) -> String { "inputs@\(teacher)" }
}
