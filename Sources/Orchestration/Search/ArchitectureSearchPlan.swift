import Experiment
import Foundation

/// What a search for an architecture was asked for.
package struct ArchitectureSearchPlan: ResumablePlan {
    /// The name of the teacher.
    package var teacher: String
    /// The places of the teacher's model at which blocks end.
    package var taps: [String]
    /// The blocks with all candidates, as configuration writes them.
    package var blocks: [String]
    /// What the found net may cost.
    package var budget: SearchBudget
    /// Random nets that are trained beside it.
    package var nets: Int
    /// Paths of a generation of the evolution over the supernet.
    package var population: Int
    /// Its generations; 0 trains no supernet of whole nets.
    package var generations: Int
    /// Determines the random nets, and the evolution.
    package var seed: UInt64
    /// The options of the teacher's edges, as they are written.
    package var edge: String
    /// The training of supernets, as it is written.
    package var training: String
    /// The digest of the searched configuration, in hexadecimal.
    package var configuration: String

    /// A plan for a space.
    package init(
        of space: ArchitectureSearchSpace, within budget: SearchBudget, nets: Int,
        population: Int, generations: Int, seed: UInt64, edge: String, training: String
    ) {
        (teacher, taps, blocks) = (space.teacher, space.taps, space.blocks.map(\.text))
        (self.budget, self.nets) = (budget, nets)
        (self.population, self.generations, self.seed) = (population, generations, seed)
        (self.edge, self.training) = (edge, training)
        configuration = space.base.digest
    }

    package func differences(from other: ArchitectureSearchPlan) -> [String] {
        let parts: [(String, Bool)] = [
            ("--teacher", teacher != other.teacher), ("--taps", taps != other.taps),
            ("--layers or --operations", blocks != other.blocks),
            ("--parameters or --multiply-adds", budget != other.budget),
            ("--nets", nets != other.nets), ("--population", population != other.population),
            ("--generations", generations != other.generations),
            ("--search-seed", seed != other.seed), ("--edge", edge != other.edge),
            ("--search-training", training != other.training),
            ("the configuration", configuration != other.configuration),
        ]
        return parts.filter(\.1).map(\.0)
    }
}
