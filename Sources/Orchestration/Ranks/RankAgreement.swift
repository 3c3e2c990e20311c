import Experiment
import Options

/// What all ranks of a run must agree on, as rank 0 has it.
package struct RankAgreement: Hashable, Sendable {
    /// The number of ranks.
    package var size: Int
    /// What the numbers follow from, as far as rank 0 knows it.
    package var provenance: Provenance
    /// How learners reach one another, in words: `tcp, curve`.
    package var exchange: String
    /// The learners that all ranks together must run, each once.
    package var learners: [String]

    /// An agreement among `size` ranks.
    package init(size: Int, provenance: Provenance, exchange: String, learners: [String]) {
        (self.size, self.provenance) = (size, provenance)
        (self.exchange, self.learners) = (exchange, learners)
    }

    /// The first thing that the ranks do not agree on, in words; nil where they agree.
    ///
    /// - Parameters:
    ///   - own: the learners of rank 0.
    ///   - answers: those of the other ranks, from rank 1 on.
    package func problem(own: [String], _ answers: [RankBoard.Answer]) -> String? {
        for (index, answer) in answers.enumerated() {
            let rank = "rank \(index + 1) on \(answer.host)"
            if let problem = problem(with: answer, of: rank) { return problem }
        }
        return problem(sharing: own + answers.flatMap(\.learners))
    }

    private func problem(with answer: RankBoard.Answer, of rank: String) -> String? {
        if answer.size != size {
            return
                "\(rank) takes the run for one of \(answer.size) ranks, and rank 0 for one of"
                + " \(size)"
        }
        let differences = answer.provenance.differences(from: provenance)
        if !differences.isEmpty {
            return "\(rank) has other settings or data (\(differences.listed(other: "rank 0"))):"
                + " give all the same file, settings and data"
        }
        if answer.exchange != exchange {
            return "the exchange is \(answer.exchange) for \(rank), and \(exchange) for rank 0: set"
                + " exchange.transport and exchange.security"
        }
        return nil
    }

    private func problem(sharing taken: [String]) -> String? {
        let idle = learners.filter { !taken.contains($0) }
        guard idle.isEmpty else {
            return
                "no rank runs \(idle.joined(separator: ", ")): give every rank a --learner, or none"
        }
        let twice = learners.filter { name in taken.count { $0 == name } > 1 }
        return twice.isEmpty
            ? nil : "several ranks run \(twice.joined(separator: ", ")): name each learner once"
    }
}
