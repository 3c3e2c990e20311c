import Experiment
import Foundation
import Options

/// How a search goes: how many graphs it tries, and for how long.
///
/// Successive halving (Jamieson and Talwalkar 2016): in each round every graph that is left is
/// trained from the beginning, with a share of the budget that grows by `eta` from round to round
/// up to the whole, and the best 1/eta of them go on.
package struct SearchPlan: ResumablePlan {
    /// The graphs that are drawn.
    package var trials: Int
    /// What part of the graphs goes on after a round, and by what the budget grows: at least 2.
    package var eta: Int
    /// How many rounds there are.
    package var rounds: Int
    /// Determines the graphs.
    package var seed: UInt64
    /// The learner that graphs are ranked by.
    package var target: String
    /// The most nodes of a graph.
    package var nodes: Int
    /// The options of every edge, as they are written.
    package var edge: String
    /// The digest of the searched configuration, in hexadecimal.
    package var configuration: String

    /// A plan for a configuration.
    ///
    /// - Parameter rounds: nil for as many as leave one graph for the last, at most four.
    package init(
        of space: GraphSearchSpace, trials: Int, eta: Int, rounds: Int?, seed: UInt64, edge: String
    ) {
        var needed = 1
        var left = trials
        while left > 1, needed < 4 {
            left = (left + eta - 1) / eta
            needed += 1
        }
        (self.trials, self.eta, self.rounds, self.seed) = (trials, eta, rounds ?? needed, seed)
        (target, nodes, self.edge) = (space.target, space.nodes, edge)
        configuration = space.base.digest
    }

    /// The share of the budget that a graph has in a round, counted from 0.
    package func share(in round: Int) -> Double {
        1 / pow(Double(eta), Double(rounds - 1 - round))
    }

    /// How many of some graphs go on after a round.
    package func promoted(of count: Int) -> Int { max(1, (count + eta - 1) / eta) }

    package func differences(from other: SearchPlan) -> [String] {
        let parts: [(String, Bool)] = [
            ("--trials", trials != other.trials), ("--eta", eta != other.eta),
            ("--rounds", rounds != other.rounds), ("--seed", seed != other.seed),
            ("--target", target != other.target), ("--nodes", nodes != other.nodes),
            ("--edge", edge != other.edge),
            ("the configuration", configuration != other.configuration),
        ]
        return parts.filter(\.1).map(\.0)
    }
}
