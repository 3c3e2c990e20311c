import CohortGraph
import Distillation
import Options

extension ExperimentConfiguration {
    /// Which groups of a stage go through relays, and why the others do not.
    public func relays(in stage: Int) -> RelayPlan {
        RelayPlan(
            stages.graph(of: stage), exchange.topology, fanOut: exchange.fanOut,
            objection: objectionToSum)
    }

    /// Why the sum of the teachers' probabilities is not all that a group needs of them, if it is
    /// not.
    private func objectionToSum(_ group: EdgeGroup) -> String? {
        let (loss, combination) = (group.edge.loss, group.edge.combination)
        guard (try? Losses.registry.make(loss.name, options: loss.options)) is any SoftTargetLoss
        else { return "loss '\(loss.name)' needs more of the teachers than their probabilities" }
        let made = try? Combinations.registry.make(combination.name, options: combination.options)
        guard made is any SumCombination else {
            return "combine '\(combination.name)' looks at each teacher by itself"
        }
        return nil
    }

    /// Refuses relays that were asked for where a sum does not teach what is written.
    func checkRelays(_ written: Setting, _ problems: inout SettingProblems) {
        guard exchange.topology == .relay else { return }
        let place = written["exchange"]?.value["topology"]?.position
        for stage in 1...stages.count {
            guard let (index, reason) = relays(in: stage).objections.min(by: { $0.key < $1.key })
            else { continue }
            let group = stages.graph(of: stage).groups[index]
            problems.note(
                SettingError(
                    "exchange: topology 'relay' cannot teach '\(group.to)' by loss"
                        + " '\(group.edge.loss.name)': \(reason); use auto or mesh", at: place))
        }
    }
}
