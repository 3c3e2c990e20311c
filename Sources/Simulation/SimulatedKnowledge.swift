import CohortGraph
import Exchange

/// What simulated learners say: 60 bits that follow from all that they were taught before.
enum SimulatedKnowledge {
    static let classes = 2
    /// The bits of two floating-point numbers that are finite.
    private static let mask: UInt64 = 0x3FFF_FFFF_3FFF_FFFF

    static func make(_ state: UInt64, at slot: Slot) -> Knowledge {
        let bits = said(in: state, at: slot)
        let values = [bits, bits >> 32].map {
            Float(bitPattern: UInt32(truncatingIfNeeded: $0))
        }
        return Knowledge(
            epoch: slot.step / 10, step: slot.step, phase: slot.phase,
            batchDigest: digest(ofBatch: slot),
            tensors: [
                KnowledgeTensor(
                    name: "logits", kind: .response, shape: [1, classes], values: values)
            ])
    }

    static func digest(ofBatch slot: Slot) -> UInt64 { UInt64(slot.step) }

    /// What a learner in a state says at a slot.
    static func said(in state: UInt64, at slot: Slot) -> UInt64 {
        SplitMix.mix(state &+ UInt64(slot.phase.rawValue)) & mask
    }

    /// The bits that knowledge carries.
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
            for learner in 0..<plan.learners {
                var state = before[learner]
                for phase in SimulationPlan.phases(of: step) {
                    let slot = Slot(step: step, phase: phase)
                    for teacher in plan.teachers(of: learner) {
                        state = SimulatedKnowledge.state(
                            state, taught: SimulatedKnowledge.said(in: before[teacher], at: slot))
                    }
                }
                states[learner].append(state)
            }
        }
        self.states = states
    }
}
