import Bytes
import Distillation
import Kernels
import NeuralNetwork
import Options

/// What one loss or combination costs a step, and whether its steps ask for memory.
public struct TermReport: Hashable, Sendable, Codable {
    /// `loss` or `combination`.
    public var kind: String
    /// The name in its registry; behind it a phase, where a loss has another one at first.
    public var name: String
    /// The median step, in milliseconds.
    public var milliseconds: Double
    /// How often a counted step asked the system for tensor memory.
    public var allocationsPerStep: Double

    private enum CodingKeys: String, CodingKey {
        case kind, name
        case milliseconds = "step_ms"
        case allocationsPerStep = "allocations_per_step"
    }
}

/// Steps of every loss and every combination of the registries by itself, on random activations of
/// both sides: the student's summary, the value, and the gradients in the student's activations. A
/// combination begins with summaries.
public struct TermBenchmark: Sendable {
    /// Samples of a step.
    public let batch: Int
    private static let classes = 10
    private static let image = [8, 8, 8]
    /// Beyond every warm-up.
    private static let late = 2_000_000

    /// Steps of a batch.
    public init(batch: Int) { self.batch = batch }

    /// Measures every loss, then every combination of three teachers, with `kd` or, where a
    /// combination asks for one, with a loss that pairs logits with features.
    ///
    /// - Throws: ``SettingError`` where an entry cannot be made without options.
    public func measure(_ measurement: Measurement) throws -> [TermReport] {
        try Losses.registry.names.flatMap { try reports(ofLoss: $0, measurement) }
            + Combinations.registry.names.map { try report(ofCombination: $0, measurement) }
    }

    private func reports(
        ofLoss name: String, _ measurement: Measurement
    ) throws -> [TermReport] {
        var loss = try Losses.registry.make(name)
        let shapes =
            loss.tapCount == 0
            ? [[Self.classes]]
            : loss.exampleTaps ?? Array(repeating: Self.image, count: loss.tapCount)
        let taps = shapes.map { Model.Tap(shape: $0) }
        if loss.tapCount > 0 { loss.fit(student: taps, teachers: [taps]) }
        let probe = loss.summary(activations(shapes, samples: 2)).shape
        if var replicated = loss as? any ReplicatedLoss {
            replicated.know(sample: Self.image)
            loss = replicated
        }
        var builder = ModelBuilder()
        loss.prepareImitation(student: probe, teacher: probe, in: &builder)
        try loss.prepare(student: probe, teacher: probe, in: &builder)
        if var remembering = loss as? any RememberingLoss {
            remembering.know(
                classes: Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($0, $1) }))
            loss = remembering
        }
        let student = activations(shapes, samples: batch)
        let teacher = loss.summary(activations(shapes, samples: batch, seed: 100)).value
        // What has an optimiser of its own plays from the first step on.
        let warmsUp = loss.traits.contains(.learnsApart) && loss.ownTraining == nil
        let epochs = warmsUp ? [Self.late, 0] : [Self.late]
        return try epochs.map { epoch in
            var learned = Learned(builder)
            var memory = TermMemory()
            return try report("loss", epoch == 0 ? "\(name), warm-up" : name, measurement) {
                try learned.step(student.map(\.value), self.context(epoch)) { leaves, context in
                    let own = loss.summary(leaves)
                    guard let remembering = loss as? any RememberingLoss else {
                        return loss(own, teacher, context)
                    }
                    return try remembering.remembering(own, teacher, context, in: &memory)
                }
            }
        }
    }

    private func report(
        ofCombination name: String, _ measurement: Measurement
    ) throws -> TermReport {
        var combination = try Combinations.registry.make(name)
        let needsPairs = combination.traits.contains(.needsPairs)
        var loss = try Losses.registry.make(needsPairs ? try nameOfPairs() : "kd")
        let shapes = needsPairs ? [Self.image, [Self.classes]] : [[Self.classes]]
        let taps = shapes.map { Model.Tap(shape: $0) }
        if needsPairs { loss.fit(student: taps, teachers: [taps, taps, taps]) }
        let sides = (0..<4).map {
            loss.summary(activations(shapes, samples: batch, seed: 10 * UInt64($0))).value
        }
        var builder = ModelBuilder()
        try combination.prepare(teachers: 3, by: loss, student: sides[0].shape, in: &builder)
        let prepared = combination
        let teachers = (1...3).map { TeacherSummary(name: "t\($0)", value: sides[$0]) }
        var learned = Learned(builder)
        var memory = TermMemory()
        return try report("combination", name, measurement) {
            try learned.step([sides[0]], self.context(Self.late)) { leaves, context in
                try prepared.combined(
                    leaves[0], teachers, by: loss, context, memory: &memory
                ).term
            }
        }
    }

    /// A loss that pairs logits with features.
    private func nameOfPairs() throws -> String {
        let pairing = try Losses.registry.names.first {
            try Losses.registry.make($0).traits.contains(.pairsLogits)
        }
        return pairing ?? "kd"
    }

    private func report(
        _ kind: String, _ name: String, _ measurement: Measurement, _ step: () throws -> Void
    ) throws -> TermReport {
        var failure: (any Error)?
        var allocations = 0
        let times = measurement.times {
            do { try step() } catch { failure = failure ?? error }
        } warm: {
            allocations = Floats.systemAllocations
        }
        if let failure { throw failure }
        return TermReport(
            kind: kind, name: name, milliseconds: median(times) * 1000,
            allocationsPerStep: Double(Floats.systemAllocations - allocations)
                / Double(times.count))
    }

    private var labels: [Int] { (0..<batch).map { $0 % Self.classes } }

    private func context(_ epoch: Int) -> LossContext {
        var context = LossContext(
            temperature: 2, labels: labels, samples: Array(0..<batch), key: RandomKey(seed: 3),
            noise: NoiseKey(seeded: RandomKey(seed: 4)), epoch: epoch)
        context.images = activations([Self.image], samples: batch, seed: 200)[0].value
        context.replica = RandomKey(seed: 6)
        return context
    }

    private func activations(
        _ shapes: [[Int]], samples: Int, seed: UInt64 = 0
    ) -> [Variable] {
        shapes.enumerated().map {
            Variable(.normal([samples] + $0.element, seed: seed + UInt64($0.offset)))
        }
    }
}

/// What a term learns, and its batch normalizations' running moments, from step to step.
private struct Learned {
    private let parameters: Parameters
    private var buffers: Buffers

    init(_ builder: ModelBuilder) {
        parameters = Parameters(initializing: builder.slots, key: RandomKey(seed: 2))
        buffers = builder.buffers
    }

    /// The gradients of a term in activations and in all that is learned.
    mutating func step(
        _ activations: [Tensor], _ context: LossContext,
        _ term: ([Variable], LossContext) throws -> LossTerm
    ) rethrows {
        let tape = Tape()
        var context = context
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 5))
        (context.parameters, context.imitation) = (pass, pass)
        let found = try term(activations.map(tape.leaf), context)
        if let auxiliary = found.auxiliary {
            tape.backward(from: auxiliary, keepsRecord: true)
            pass.clearGradients()
        }
        if found.value.needsGradient { tape.backward(from: found.value) }
        _ = pass.gradients(of: parameters)
        buffers = pass.buffers
    }
}

extension Tensor {
    /// Normal numbers of a deviation of 1.
    fileprivate static func normal(_ shape: [Int], seed: UInt64) -> Tensor {
        let key = RandomKey(seed: seed)
        return Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { key.normal(at: $0) })
    }
}
