import Foundation
import Options

/// When an edge teaches, and how strongly: a factor of its weight for every step.
///
/// It begins after the burn-in, grows to 1 over the ramp, and ends. Between beginning and end it
/// may teach on every n-th step alone. Where the factor is 0 nothing is sent.
public struct WeightSchedule: Hashable, Sendable {
    /// How a ramp grows, t going from 0 to 1.
    public enum Shape: String, CaseIterable, Sendable {
        /// t.
        case linear
        /// exp(−5·(1 − t)²), as in *Temporal Ensembling* (Laine and Aila 2017).
        case sigmoid
    }

    /// What the lengths are counted in.
    public enum Unit: String, CaseIterable, Sendable {
        case steps, epochs
    }

    /// Before it nothing is taught.
    public var burnIn = 0
    /// The length of the ramp; 0 for the full weight at once.
    public var ramp = 0
    /// How the ramp grows.
    public var shape = Shape.linear
    /// From here on nothing is taught; nil for ever.
    public var until: Int?
    /// What burn-in, ramp and end are counted in.
    public var unit = Unit.steps
    /// Steps from one exchange to the next: 1 for every step.
    public var every = 1

    /// The full weight, always.
    public init() {}

    /// The factor of the weight at a step, counted from 0.
    ///
    /// - Parameter stepsPerEpoch: on average.
    public func factor(at step: Int, stepsPerEpoch: Double) -> Double {
        let length = unit == .steps ? 1 : stepsPerEpoch
        let start = Int((Double(burnIn) * length).rounded())
        let end = until.map { Int((Double($0) * length).rounded()) } ?? .max
        guard step >= start, step < end, (step - start).isMultiple(of: every) else { return 0 }
        let rising = Double(ramp) * length
        let t = Double(step - start + 1) / max(rising, 1)
        guard t < 1 else { return 1 }
        return shape == .linear ? t : exp(-5 * (1 - t) * (1 - t))
    }

    /// In words, as a check shows it.
    public var summary: String {
        guard self != WeightSchedule() else { return "constant" }
        let parts = [
            burnIn > 0 ? "after \(burnIn)" : nil,
            ramp > 0 ? "\(shape) ramp of \(ramp)" : nil,
            until.map { "until \($0)" },
        ].compactMap(\.self)
        let exchange = every > 1 ? "every \(every) steps" : nil
        let times = parts.isEmpty ? nil : parts.joined(separator: ", ") + " \(unit)"
        return [times, exchange].compactMap(\.self).joined(separator: ", ")
    }
}

extension WeightSchedule {
    /// Reads `constant`, or a map of burn-in, ramp, until and every, from an option of this key.
    init(in options: inout OptionReader, under key: String) {
        self = options.group(
            key, default: WeightSchedule(), shortForm: "kind",
            help: "constant, or a map of burn-in, ramp, until, every"
        ) { (inner) throws(SettingError) in
            let constant = "constant"
            if inner.value("kind", default: constant) != constant {
                inner.note(
                    inner.failure(
                        "kind",
                        "is not known; write `constant`, or a map of burn-in, ramp and until"))
            }
            return try WeightSchedule(options: &inner)
        }
    }

    /// Reads burn-in, ramp, until and, unless another reads it, every.
    init(options: inout OptionReader, readsEvery: Bool = true) throws(SettingError) {
        let lengths = 0...1_000_000_000
        burnIn = options.value(
            "burn-in", default: 0, in: lengths, help: "teach nothing before this")
        ramp = options.value("ramp", default: 0, in: lengths, help: "then grow over this long")
        shape = options.choice("shape", default: .linear)
        until = options.optional(
            "until", Int.self, in: 1...1_000_000_000, help: "teach nothing from here on")
        unit = options.choice("in", default: .steps)
        if readsEvery {
            every = options.value(
                "every", default: 1, in: 1...1_000_000, help: "steps between two exchanges")
        }
        if let until, until <= burnIn {
            throw options.failure(
                "until", "comes before the burn-in ends; nothing would be taught",
                with: "burn-in")
        }
    }
}
