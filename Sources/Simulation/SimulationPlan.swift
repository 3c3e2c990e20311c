import CohortGraph
import Exchange

/// What is simulated, whatever the seed.
package struct SimulationPlan: Hashable, Sendable {
    package var learners: Int
    package var steps: Int
    package var graph: Graph
    /// What a step does without knowledge that does not come; nil has the seed decide it.
    package var missing: Missing?
    package var faults: Set<Fault>
    /// Steps between two checkpoints.
    var checkpointInterval: Int
    /// What is broken on purpose.
    package var sabotage: Sabotage?
    /// The folder in which learners keep the journals that ship; nil where they keep models of them
    /// in memory.
    package var journals: String?
    /// How many learners or relays one relay serves at most; nil where there are no relays.
    package let fanOut: Int?
    /// How everyone teaches everyone through relays; nil where they do so directly.
    let circle: RelayTree?

    /// - Parameter fanOut: how many a relay serves at most; nil where there are none, as for any
    ///   graph but the mutual one, and for learners that go on without knowledge.
    package init(
        learners: Int = 8, steps: Int = 1000, graph: Graph = .mutual, missing: Missing? = nil,
        faults: Set<Fault> = Set(Fault.allCases), sabotage: Sabotage? = nil, fanOut: Int? = nil
    ) {
        precondition(learners >= 2 && steps >= 1)
        precondition(fanOut == nil || graph == .mutual && missing == .wait)
        self.learners = learners
        self.steps = steps
        self.graph = graph
        self.missing = missing
        self.faults = faults
        self.sabotage = sabotage
        checkpointInterval = max(2, min(50, steps / 10))
        self.fanOut = fanOut
        circle = fanOut.map {
            RelayTree(among: (0..<learners).map { "l\($0)" }, fanOut: $0)
        }
    }

    /// The policy that a seed stands for: even ones wait; of the odd ones every other drops, and
    /// the rest keep a bank.
    package func missing(of seed: UInt64) -> Missing {
        graph == .generator
            ? .wait
            : missing ?? (seed.isMultiple(of: 2) ? .wait : seed % 4 == 1 ? .drop : .bank)
    }
}

/// Who teaches whom.
package enum Graph: String, CaseIterable, Sendable {
    /// Everyone teaches everyone.
    case mutual
    /// Each the next, and the last the first.
    case ring
    /// Each the next.
    case chain
    /// The first makes samples on which the second teaches the others, and both send back
    /// gradients.
    case generator
}

/// What a step does without knowledge that does not come in time.
package enum Missing: String, CaseIterable, Sendable {
    case wait
    /// Goes on without it, where more than half of the learners take part.
    case drop
    /// As `drop`, and takes in later what came too late.
    case bank

    /// Whether a step goes on without.
    var goesOn: Bool { self != .wait }
}

/// What befalls the cohort.
package enum Fault: String, CaseIterable, Sendable {
    case loss, duplication, reordering, delay
    /// Some learners do not reach some others for a while, in one direction or both.
    case partition
    /// Processes are killed at any moment, also inside an append or a checkpoint, and started
    /// again.
    case crash
    /// A crash tears the journal's tail, or takes with it what was not flushed; the newest
    /// checkpoint is damaged.
    case disk
    /// A learner's clock runs ahead by up to an hour at once, as where its process was stopped.
    case clock
}

/// What can be broken on purpose, to see that the checks notice.
package enum Sabotage: String, CaseIterable, Sendable {
    /// Nothing is taught again.
    case resends
    /// What is taught again is altered.
    case recollection
    /// A learner that starts again decides anew whose knowledge it uses.
    case rolls
    /// A step goes on with whomever is there.
    case quorum
    /// Checkpoints are not announced.
    case checkpoints
    /// Knowledge is used that no journal holds.
    case journal
    /// A relay that starts again begins a step too late.
    case start
    /// A learner lets go of what it published before its own checkpoint.
    case release
}
