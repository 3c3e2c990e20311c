import CohortGraph
import Distillation
import NeuralNetwork
import Options
import Testing
import Training

/// A term of weight 0 leaves the model as it would be without the term, to the bit. A new loss is
/// held to this without being named.
@Suite(.timeLimit(.minutes(2))) struct WeightlessTests {
    private static let net = WideResNet(depth: 10, widening: 1, width: 4)
    /// One whose stages have two blocks each.
    private static let deeper = WideResNet(depth: 16, widening: 1, width: 4)
    private static let places = ["layer1", "layer2", "layer3", "features"]

    /// Options by which a loss teaches from the first step.
    private static let options = [
        "mhgd": Setting(
            unwritten: .map([
                Setting.Entry(
                    key: "warmup", position: .unwritten, value: Setting(unwritten: .text("0")))
            ]))
    ]

    private func trained(
        _ groups: [EdgeGroup], _ net: WideResNet = Self.net, steps: Int = 3
    ) throws -> [Float] {
        let cohort = TestCohort(
            [
                .init(name: "t", steps: 0, architecture: net),
                .init(name: "s", steps: steps, architecture: net),
            ], groups)
        let trained = try #require(try cohort.train()["s"])
        #expect(trained.error == nil && trained.state.step == steps)
        return trained.state.parameters.flat.values
    }

    @Test(arguments: Losses.registry.names)
    func aLossOfNoWeightChangesNoBit(name: String) throws {
        let loss = try Losses.registry.make(name)
        let isOfOneStage = loss.summary == .transformation
        let net = isOfOneStage ? Self.deeper : Self.net
        let taps =
            isOfOneStage ? ["layer1.0", "layer1"] : Array(Self.places.prefix(loss.tapCount))
        func edge(_ weight: Double) -> EdgeGroup {
            var options = EdgeOptions(
                loss: name, knowledge: loss.summary.kind, taps: Taps(from: taps, to: taps),
                temperature: loss.tapCount == 0 ? 2 : 1, weight: weight, lossTraits: loss.traits)
            options.loss.options = Self.options[name] ?? options.loss.options
            return EdgeGroup(from: ["t"], to: "s", options)
        }
        let without = try trained([], net)
        #expect(try trained([edge(0)], net) == without)
        #expect(try trained([edge(1)], net) != without)
    }

    /// Nor does a combination that learns the mix of features and what stands for logits.
    @Test(arguments: ["attention", "ensemble", "gated"])
    func aPairedCombinationOfNoWeightChangesNoBit(name: String) throws {
        let pair = ["layer3", "features"]
        let sent = name == "gated" ? ["features"] : pair
        func edge(_ weight: Double) throws -> EdgeGroup {
            EdgeGroup(
                from: ["t"], to: "s",
                EdgeOptions(
                    loss: "okddip", knowledge: .feature, combination: name,
                    taps: Taps(from: sent, to: pair),
                    temperature: 2, weight: weight, lossTraits: .pairsLogits,
                    combinationTraits: try Combinations.registry.make(name).traits))
        }
        let without = try trained([])
        #expect(try trained([edge(0)]) == without)
        #expect(try trained([edge(1)]) != without)
    }

    /// Nor does what the learner's own past, or another sample of the class, teaches it.
    @Test(arguments: [
        ModelVersion.partner, .lastSeen, .snapshot(every: 2),
        .average(MovingAverage(decay: 0.5, moments: .own)),
    ])
    func anOwnVersionOfNoWeightChangesNoBit(version: ModelVersion) throws {
        func edge(_ weight: Double) -> EdgeGroup {
            var options = EdgeOptions(loss: "kd", temperature: 2, weight: weight)
            options.version = version
            return EdgeGroup(from: ["s"], to: "s", options)
        }
        // A sample is seen again after an epoch, which is ten steps.
        let without = try trained([], steps: 12)
        #expect(try trained([edge(0)], steps: 12) == without)
        #expect(try trained([edge(1)], steps: 12) != without)
    }
}
