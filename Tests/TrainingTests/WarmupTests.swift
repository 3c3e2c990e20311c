import CohortGraph
import Distillation
import NeuralNetwork
import Options
import Testing
import Training

/// A loss that first learns from the teacher alone, and then teaches by what it has learned.
@Suite(.timeLimit(.minutes(1))) struct WarmupTests {
    private static let net = ResNet(depth: 8, width: 4)
    private static let taps = ["layer1", "layer2", "layer3"]

    /// s, taught by t with a warm-up of some epochs of ten steps; nil for nobody who teaches, or
    /// without labels for a teacher of weight 0.
    private func trained(
        warmup: Int?, steps: Int = 12, hasLabels: Bool = true
    ) throws -> LearnerState {
        var groups: [EdgeGroup] = []
        if let warmup {
            var edge = EdgeOptions(
                loss: "mhgd", knowledge: .feature, taps: Taps(from: Self.taps, to: Self.taps),
                lossTraits: [.vanishesAtEquality, .learnsApart])
            let value = Setting(unwritten: .text("\(warmup)"))
            edge.loss.options = Setting(
                unwritten: .map([
                    Setting.Entry(key: "warmup", position: .unwritten, value: value)
                ]))
            groups = [EdgeGroup(from: ["t"], to: "s", edge)]
        } else if !hasLabels {
            groups = [EdgeGroup(from: ["t"], to: "s", EdgeOptions(loss: "kd", weight: 0))]
        }
        var cohort = TestCohort(
            [
                .init(name: "t", steps: 0, architecture: Self.net),
                .init(
                    name: "s", steps: steps, architecture: Self.net, hasLabels: hasLabels),
            ], groups)
        cohort.optimizer = SGD(rate: 0.1, momentum: 0.9, decay: 0.01)
        cohort.schedule = ConstantRate()
        let found = try #require(try cohort.train()["s"])
        #expect(found.error == nil && found.state.step == steps)
        return found.state
    }

    private func learned(_ state: LearnerState) -> [Float] {
        state.groups[1].parameters.flat.values
    }

    @Test func theStudentLearnsAloneWhileTheAttentionLearns() throws {
        let (alone, taught) = (try trained(warmup: nil), try trained(warmup: 100))
        #expect(taught.parameters.flat.values == alone.parameters.flat.values)
        #expect(learned(try trained(warmup: 100, steps: 1)) != learned(taught))
        #expect(taught.groups[1].buffers.layers.allSatisfy { $0.batches == 12 })
    }

    /// The step's loss is a constant: no gradient moves the student, only the decay does, and the
    /// attention learns as it does beside labels. Then the student is taught.
    @Test func aStudentWithoutLabelsWaits() throws {
        let taught = try trained(warmup: 100, hasLabels: false)
        let untaught = try trained(warmup: nil, hasLabels: false)
        #expect(taught.parameters.flat.values == untaught.parameters.flat.values)
        #expect(learned(taught) == learned(try trained(warmup: 100)))
        let later = try trained(warmup: 1, hasLabels: false)
        #expect(later.parameters.flat.values != taught.parameters.flat.values)
        #expect(later.parameters.flat.isFinite)
    }

    /// Neither momentum nor decay moves it, nor do its running moments follow the student.
    @Test func theAttentionStaysWhenItTeaches() throws {
        let (short, long) = (try trained(warmup: 1, steps: 11), try trained(warmup: 1))
        #expect(learned(short) == learned(long))
        #expect(short.groups[1].buffers.layers == long.groups[1].buffers.layers)
        let alone = try trained(warmup: nil)
        #expect(long.parameters.flat.values != alone.parameters.flat.values)
    }
}
