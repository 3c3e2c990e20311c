import CohortGraph
import Exchange

/// What simulated learners publish: 60 bits that follow from all that they gathered before.
enum SimulatedKnowledge {
    static let classes = 2
    /// The bits of two floating-point numbers that are finite.
    private static let mask: UInt64 = 0x3FFF_FFFF_3FFF_FFFF

    static func make(_ state: UInt64, at stepRound: StepRound) -> Knowledge {
        let bits = publishedBits(in: state, at: stepRound)
        let values = [bits, bits >> 32].map {
            Float(bitPattern: UInt32(truncatingIfNeeded: $0))
        }
        return Knowledge(
            epoch: stepRound.step / 10, step: stepRound.step, round: stepRound.round,
            batchDigest: digest(ofBatch: stepRound),
            tensors: [
                KnowledgeTensor(
                    name: "logits", kind: .response, shape: [1, classes], values: values)
            ])
    }

    /// What relays add up.
    static let sum = "probability-sum@1"
    /// The bits of a probability that a single learner may publish.
    private static let unitMask: UInt64 = 0xFF_FFFF_FFFF

    /// What a learner in a state has a relay add up: the probabilities of two classes.
    static func makePart(_ state: UInt64, at stepRound: StepRound) -> Knowledge {
        let units = Int64(part(in: state, at: stepRound))
        return make([units, Int64(KnowledgeTensor.unitsPerOne) - units, 0], at: stepRound)
    }

    /// A sum of several learners' probabilities.
    static func make(_ units: [Int64], at stepRound: StepRound) -> Knowledge {
        Knowledge(
            epoch: stepRound.step / 10, step: stepRound.step, round: stepRound.round,
            batchDigest: digest(ofBatch: stepRound),
            tensors: [KnowledgeTensor(name: sum, shape: [1, classes + 1], units: units)])
    }

    /// The first number of what a learner in a state has a relay add up.
    static func part(in state: UInt64, at stepRound: StepRound) -> UInt64 {
        SplitMix.mix(state &+ UInt64(stepRound.round.rawValue)) & unitMask
    }

    static func digest(ofBatch stepRound: StepRound) -> UInt64 { UInt64(stepRound.step) }

    /// What a learner in a state publishes at a step and round.
    static func publishedBits(in state: UInt64, at stepRound: StepRound) -> UInt64 {
        SplitMix.mix(state &+ UInt64(stepRound.round.rawValue)) & mask
    }

    /// The bits that knowledge carries; of a sum its first number.
    static func bits(of knowledge: Knowledge) -> UInt64 {
        knowledge.tensors[0].payload.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func initialState(of learner: Int) -> UInt64 { SplitMix.mix(UInt64(learner) + 1) }

    /// A learner's state after it was taught something more.
    static func state(_ state: UInt64, taught bits: UInt64) -> UInt64 {
        SplitMix.mix(state ^ bits &* 0x9E37_79B9_7F4A_7C15)
    }
}

/// What learners come to whom nothing befalls: every state after every step.
struct UndisturbedRun {
    /// By learner and number of steps done.
    let states: [[UInt64]]

    init(_ plan: SimulationPlan) {
        var states = (0..<plan.learners).map { [SimulatedKnowledge.initialState(of: $0)] }
        for step in 0..<plan.steps {
            let before = states.map { $0[step] }
            let stepRounds = plan.rounds(of: step).map {
                StepRound(step: step, round: $0)
            }
            let after =
                plan.circle == nil
                ? Self.taughtDirectly(before, at: stepRounds, plan)
                : Self.taughtBySums(before, at: stepRounds)
            for (learner, state) in after.enumerated() { states[learner].append(state) }
        }
        self.states = states
    }

    private static func taughtDirectly(
        _ before: [UInt64], at stepRounds: [StepRound], _ plan: SimulationPlan
    ) -> [UInt64] {
        before.enumerated().map { learner, state in
            stepRounds.reduce(state) { state, stepRound in
                plan.teachers(of: learner, in: stepRound.round).reduce(state) { state, teacher in
                    SimulatedKnowledge.state(
                        state,
                        taught: SimulatedKnowledge.publishedBits(in: before[teacher], at: stepRound)
                    )
                }
            }
        }
    }

    private static func taughtBySums(_ before: [UInt64], at stepRounds: [StepRound]) -> [UInt64] {
        stepRounds.reduce(before) { states, stepRound in
            let parts = before.map { SimulatedKnowledge.part(in: $0, at: stepRound) }
            let total = parts.reduce(0, &+)
            return zip(states, parts).map {
                SimulatedKnowledge.state($0, taught: total &- $1)
            }
        }
    }
}
