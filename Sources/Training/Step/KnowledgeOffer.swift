import CohortGraph
import Distillation
import Exchange
import Foundation
import NeuralNetwork
import Options

/// One tensor that edges ask of a teacher's forward pass: of what, in which form, how encoded.
public struct KnowledgeOffer: Sendable {
    /// What the tensor is called in messages; equal names mean equal contents.
    ///
    /// `logits`, `probabilities@4` (of that temperature), `layer3/map`, `layer1+layer2/flow`; of
    /// early exits `exit1/logits`, and of the mean of several `exit1+exit2/probabilities@4`; then
    /// `~strong` of the strong view of the samples; then the version of the weights, where it is
    /// not the current one: `logits~snapshot=50`; then the codec, where it is not exact:
    /// `logits:int8`, `logits:top-k=5@4`.
    public let name: String
    /// The version of the teacher's weights that computes it.
    public let version: ModelVersion
    /// The view of the samples that the teacher computes it of.
    let strength: ViewStrength
    let summary: Summary
    /// The places in the teacher's model.
    let taps: [String]
    private let form: EdgeOptions.Form
    private let temperature: Float
    private let codec: any KnowledgeCodec
    private let isExact: Bool

    /// What an edge asks for, of a loss that compares `summary`.
    ///
    /// - Throws: ``SettingError`` for an unknown codec, and for one that cannot carry the edge's
    ///   form.
    public init(_ edge: EdgeOptions, summary: Summary) throws(SettingError) {
        self.summary = summary
        taps = edge.taps.from
        version = edge.version
        strength = edge.augmentation.from
        form = edge.form
        temperature = Float(edge.temperature)
        codec = try Codecs.registry.make(edge.codec.name, options: edge.codec.options)
        isExact = codec.traits.contains(.exact)
        guard form == .logits || codec.traits.contains(.keepsSimplex) else {
            throw SettingError(
                "codec '\(edge.codec.name)' rounds probabilities so that a sample's no longer add up to 1; let"
                    + " the edge carry logits, or take fp16 or top-k")
        }
        name = Self.name(edge, summary, isExact: isExact)
    }

    private static func name(
        _ edge: EdgeOptions, _ summary: Summary, isExact: Bool
    ) -> String {
        let suffix = KnowledgeTensor.suffix(edge.temperature)
        let places = edge.taps.from.isEmpty ? "" : edge.taps.from.joined(separator: "+") + "/"
        let kind =
            switch (summary, edge.form) {
            case (.logits, .logits): KnowledgeTensor.logitsName
            case (.logits, .probabilities): KnowledgeTensor.probabilitiesName + suffix
            case (.logits, .votes): KnowledgeTensor.votesName
            default: summary.rawValue
            }
        let plain = places + kind
        let seen = plain + (edge.augmentation.from == .strong ? "~strong" : "")
        let content = seen + (edge.version.suffix.map { "~\($0)" } ?? "")
        guard !isExact else { return content }
        guard case .map(let options) = edge.codec.options.value, let first = options.first,
            case .scalar(let value, _) = first.value.value
        else { return "\(content):\(edge.codec.name)" }
        let hasTemperature = summary == .logits && edge.form == .logits
        return "\(content):\(edge.codec.name)=\(value)" + (hasTemperature ? suffix : "")
    }

    /// What values the tensor may have.
    public var domain: TensorContract.Domain {
        summary == .logits && form != .logits ? .simplex : .free
    }

    /// The bytes of the payload of a tensor of a shape, whose first dimension counts samples: they
    /// grow by the same number with each.
    public func payloadBytes(of shape: [Int]) -> Int {
        func bytes(samples: Int) -> Int {
            let shape = [samples] + shape.dropFirst()
            let values = [Float](repeating: 0, count: shape.reduce(1, *))
            return codec.encode(values, shape: shape, temperature: form == .logits ? 1 : nil).count
        }
        let one = bytes(samples: 1)
        return one + (shape[0] - 1) * (bytes(samples: 2) - one)
    }

    /// The tensor as it travels, from what a forward pass showed.
    func tensor(of view: ModelView) -> KnowledgeTensor {
        let value = content(of: view)
        let hasTemperature = summary == .logits && form == .logits
        return KnowledgeTensor(
            name: name, kind: summary.kind, shape: value.shape, values: value.values, codec: codec,
            temperature: hasTemperature ? temperature : nil)
    }

    /// What a forward pass shows, with its gradient.
    ///
    /// - Precondition: logits travel as they are, as what guides a generator does.
    func shown(by view: ModelView) -> Variable {
        precondition(form == .logits && isExact, "a generator is guided by exact logits")
        return view.summary(summary, of: taps)
    }

    private func content(of view: ModelView) -> Tensor {
        let value = view.detached.summary(summary, of: taps)
        return switch form {
        case .logits: value.value
        case .probabilities: (value / temperature).softmax().value
        case .votes: value.value.votes
        }
    }

    /// What arrived, as the loss takes it: probabilities p become logits T·log p again.
    func received(_ tensor: KnowledgeTensor) throws -> Tensor {
        let value = Tensor(shape: tensor.shape, values: try tensor.values())
        guard form != .logits else { return value }
        let smallest = Variable(value).map(.atLeast(.leastNormalMagnitude))
        return (smallest.log() * temperature).value
    }

    /// The softened probabilities of a forward pass, exactly as who hears it without a relay has
    /// them.
    func sum(of view: ModelView) throws -> ProbabilitySum {
        ProbabilitySum(of: [try received(tensor(of: view))], temperature: temperature)
    }

    /// What a lossy codec costs: KL(exact‖decoded) at the edge's temperature in nats for responses,
    /// ‖exact − decoded‖ / ‖exact‖ for others; nil for a lossless one.
    func error(of tensor: KnowledgeTensor, from view: ModelView) throws -> Double? {
        guard !isExact else { return nil }
        let exact = view.detached.summary(summary, of: taps)
        let decoded = Variable(try received(tensor))
        guard summary != .logits else {
            return Comparison(
                teacher: (exact / temperature).value, student: (decoded / temperature).value
            ).divergence
        }
        let size = exact.value.sumOfSquares
        return size > 0 ? ((exact - decoded).value.sumOfSquares / size).squareRoot() : 0
    }
}

extension Tensor {
    /// 1 at the largest of each row of N×classes, 0 elsewhere.
    fileprivate var votes: Tensor {
        var values = [Float](repeating: 0, count: count)
        for (row, place) in argmax.enumerated() { values[row * shape[1] + place] = 1 }
        return Tensor(shape: shape, values: values)
    }
}

extension KnowledgeTensor {
    static let logitsName = "logits"
    static let probabilitiesName = "probabilities"
    static let votesName = "votes"

    /// `@4`, of a temperature.
    fileprivate static func suffix(_ temperature: Double) -> String {
        let number = "\(Float(temperature))"
        return "@" + (number.hasSuffix(".0") ? String(number.dropLast(2)) : number)
    }

    /// What the sum of softened probabilities is called.
    static func sumName(at temperature: Double) -> String { sumPrefix + suffix(temperature) }

    /// Whether a tensor of this name is such a sum.
    static func isSumName(_ name: String) -> Bool { name.hasPrefix(sumPrefix + "@") }

    private static let sumPrefix = "probability-sum"

    /// The sum of several learners' softened probabilities N×classes as it travels.
    init(_ sum: ProbabilitySum, temperature: Double) {
        self.init(
            name: Self.sumName(at: temperature), shape: [sum.shape[0], sum.shape[1] + 1],
            units: sum.units)
    }

    /// The sum that travelled.
    ///
    /// - Throws: ``WireError`` where the tensor is none.
    func probabilitySum() throws -> ProbabilitySum {
        ProbabilitySum(units: try units(), shape: [shape[0], shape[1] - 1])
    }

    /// Adds the sum that travelled to another of its shape.
    ///
    /// - Throws: ``WireError`` where the tensor is none.
    func add(to sum: inout ProbabilitySum) throws {
        sum.add(littleEndian: try unitBytes())
    }

    /// Logits N×classes as they travel.
    init(logits: Tensor) {
        self.init(
            name: Self.logitsName, kind: .response, shape: logits.shape, values: logits.values)
    }
}
