import CohortGraph
import Exchange
import Reporting
import Training

/// How one learner of a configuration reaches its students and teachers: over sockets, or from
/// recordings, with a journal of what it publishes and uses.
struct LearnerExchange: Sendable {
    /// nil for a learner that trains alone.
    let live: (any KnowledgeExchange)?
    private let journal: JournalWriter?

    /// - Parameter notice: takes what the exchange waits for and what it refuses.
    init(
        _ assembler: Assembler, _ assembly: LearnerAssembly, _ past: LearnerPast,
        directory: LearnerDirectory, for node: LearnerNode,
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        guard node.mode != .alone else {
            (live, journal) = (nil, nil)
            return
        }
        let wiring = NodeWiring(
            assembler, name: assembly.name, plan: assembly.plan, contracts: assembly.contracts,
            node.membership)
        let identity = try wiring.identity(
            incarnation: Incarnation.following(past.incarnation))
        let journal = try wiring.journal(
            in: directory.journal, of: identity,
            keepsAll: node.keepsJournal || node.mode == .recorded)
        if let torn = journal.removed { notice("removed what a crash left: \(torn)") }
        let sockets = try node.membership.rendezvous.map {
            try wiring.sockets(
                identity, rendezvous: $0, journal: journal,
                checkpoints: (past.oldest, past.step), state: past.progress?.exchange,
                notice: notice)
        }
        self.journal = journal
        live = JournaledExchange(try wiring.withRecordings(sockets), journal: journal)
    }

    /// The step from which a learner with frozen weights publishes: what came before is in its
    /// journal.
    var firstServed: Int { journal?.lastStep ?? 0 }

    /// Makes the journal last.
    func flush() throws { try journal?.flush() }
}
