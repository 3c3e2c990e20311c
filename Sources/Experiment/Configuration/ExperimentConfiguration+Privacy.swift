import CohortGraph
import Options

/// What must hold where votes are counted under noise, so that the ε that is reported is true.
extension ExperimentConfiguration {
    /// Refuses teachers whose samples are not theirs alone, or that tell more than their votes.
    func checkPrivacy(_ written: Setting, _ problems: inout SettingProblems) {
        var known: Set<String> = []
        for (place, scheme) in teaching.enumerated() {
            for group in scheme.groups where group.edge.countsVotes {
                for problem in group.from.compactMap({ problem(of: $0, votingFor: group) })
                where known.insert(problem).inserted {
                    problems.note(
                        SettingError("teaching: \(problem)", at: written.teachingPosition(place)))
                }
            }
        }
    }

    /// What is wrong with a teacher whose votes are counted; nil where nothing is.
    private func problem(of teacher: String, votingFor group: EdgeGroup) -> String? {
        guard let learner = self[teacher] else { return nil }
        let name = group.edge.combination.name
        if learner.learns, !group.edge.isStaged {
            return "'\(teacher)' votes under '\(name)' while it still learns, and the answer to a"
                + " sample is given once; write `staged: true`, or let it teach with weights"
        }
        if learner.learns, learner.data == nil, !data.hasPrivateLabels {
            return "'\(teacher)' shares its labelled samples with others, and '\(name)' counts each"
                + " sample as one teacher's alone; set data.labels.private"
        }
        if let other = graph.groups(into: teacher).first {
            return
                "'\(teacher)' learns from '\(other.from[0])', so that a sample of one would count"
                + " in the votes of both; teachers under '\(name)' learn from nobody"
        }
        let others = graph.numbers(from: teacher).map { graph.groups[$0] }.filter { $0 != group }
        if let other = others.first {
            return "'\(teacher)' votes for '\(group.to)' under '\(name)' and also teaches"
                + " '\(other.to)', which the ε of the votes does not cover; let it teach one alone"
        }
        return nil
    }
}

extension EdgeOptions {
    /// Whether teachers vote, under noise.
    var countsVotes: Bool { combinationTraits.contains(.countsVotes) }
}
