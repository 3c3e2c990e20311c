import CohortGraph
import Exchange
import Experiment
import Foundation
import Options
import Reporting
import Training

/// How one learner of a configuration reaches those that it teaches and that teach it: over sockets,
/// or from recordings, with a journal of what it says and hears.
struct LearnerExchange: Sendable {
    /// nil for a learner that trains alone.
    let live: (any KnowledgeExchange)?
    private let journal: JournalWriter?
    /// Whether the learner learns in the cohort, or only teaches.
    private let steps: Int

    /// - Parameter notice: told what the exchange waits for and what it refuses.
    init(
        _ assembler: Assembler, _ assembly: LearnerAssembly, _ past: LearnerPast,
        directory: LearnerDirectory, for command: LearnerCommand,
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        steps = assembly.recipe.steps
        guard !command.alone else {
            (live, journal) = (nil, nil)
            return
        }
        let maker = ExchangeMaker(
            assembler, name: assembly.name, plan: assembly.plan, forms: assembly.forms)
        let identity = try maker.identity(
            run: command.run, incarnation: Incarnation.following(past.incarnation))
        let journal = try maker.journal(
            in: directory.journal, of: identity,
            keepsAll: command.keepJournal || command.onlyRecord)
        if let torn = journal.removed { notice("removed what a crash left: \(torn)") }
        let sockets = try command.rendezvous.map {
            try maker.sockets(
                identity, rendezvous: $0,
                security: maker.security(of: command.member),
                journal: journal, checkpoints: (past.oldest, past.step),
                state: past.progress?.exchange, notice: notice)
        }
        self.journal = journal
        live = JournaledExchange(
            try maker.withRecordings(sockets, in: command.member.stage), journal: journal)
    }

    /// The step from which a learner teaches that learns no longer: what came before is in its journal.
    var firstServed: Int { journal?.lastStep ?? 0 }

    /// Makes the journal last.
    func flush() throws { try journal?.flush() }

    /// Nothing that anybody taught is needed any more.
    func learnsNoLonger() throws { try live?.checkpointed(oldest: .max, newest: .max) }
}
