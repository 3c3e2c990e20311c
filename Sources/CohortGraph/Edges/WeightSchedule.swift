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
        /// t at the end of the epoch: the same through each epoch.
        case stairs
    }

    /// What the lengths are counted in.
    public enum Unit: String, CaseIterable, Sendable {
        case steps, epochs
        /// The tasks that a learner meets one after another; steps once these are known.
        case tasks
    }

    /// How long a ramp is.
    public enum Ramp: Hashable, Sendable, ExpressibleByIntegerLiteral {
        /// In the schedule's unit.
        case length(Int)
        /// To the end of the student's training.
        case whole

        /// The length in the schedule's unit; nil where it is that of the training.
        public var count: Int? {
            if case .length(let count) = self { count } else { nil }
        }

        /// A length in the schedule's unit.
        public init(integerLiteral length: Int) { self = .length(length) }
    }

    /// Before it nothing is taught.
    public var burnIn = 0
    /// The length of the ramp; 0 for the full weight at once.
    public var ramp: Ramp = 0
    /// How the ramp grows.
    public var shape = Shape.linear
    /// From here on nothing is taught; nil for ever.
    public var until: Int?
    /// What burn-in, ramp and end are counted in.
    public var unit = Unit.steps
    /// Steps from one exchange to the next: 1 for every step.
    public var every = 1
    /// The steps of each cycle at which it teaches; nil for all.
    public var turn: Turn?

    /// Some of the steps of a cycle that is repeated throughout.
    public struct Turn: Hashable, Sendable {
        /// The steps, counted from 0 within the cycle.
        public var steps: Range<Int>
        /// How many steps a cycle has.
        public var cycle: Int
        /// Whether a generator makes the samples of a cycle's steps of the same random numbers.
        public var repeatsSamples: Bool
        /// Where a generator begins anew in each cycle: how many of the batches that it finished
        /// it keeps, of which the samples at all other steps are drawn.
        public var bank: Int?

        /// - Precondition: the steps lie within the cycle.
        public init(
            _ steps: Range<Int>, of cycle: Int, repeatsSamples: Bool = false, bank: Int? = nil
        ) {
            precondition(
                steps.lowerBound >= 0 && steps.upperBound <= cycle, "a turn lies in its cycle")
            (self.steps, self.cycle) = (steps, cycle)
            (self.repeatsSamples, self.bank) = (repeatsSamples, bank)
        }

        /// Whether a step is one of them.
        public func contains(_ step: Int) -> Bool { steps.contains(step % cycle) }
    }

    /// The full weight, always.
    public init() {}

    /// The factor of the weight at a step, counted from 0.
    ///
    /// - Parameters:
    ///   - stepsPerEpoch: on average.
    ///   - steps: for which the student learns.
    public func factor(at step: Int, stepsPerEpoch: Double, of steps: Int) -> Double {
        let length = unit == .epochs ? stepsPerEpoch : 1
        let start = Int((Double(burnIn) * length).rounded())
        let end = until.map { Int((Double($0) * length).rounded()) } ?? .max
        guard step >= start, step < end, (step - start).isMultiple(of: every),
            turn?.contains(step) ?? true
        else { return 0 }
        let rising =
            switch ramp {
            case .length(let count): Double(count) * length
            case .whole: Double(steps - start)
            }
        let passed = Double(step - start)
        let t =
            shape == .stairs
            ? ((passed / stepsPerEpoch).rounded(.down) + 1) * stepsPerEpoch / max(rising, 1)
            : (passed + 1) / max(rising, 1)
        guard t < 1 else { return 1 }
        return shape == .sigmoid ? exp(-5 * (1 - t) * (1 - t)) : t
    }

    /// The share of the steps between beginning and end at which it teaches.
    public var share: Double {
        let turns = turn.map { Double($0.steps.count) / Double($0.cycle) } ?? 1
        return turns / Double(every)
    }

    /// In words, as a check shows it.
    public var summary: String {
        guard self != WeightSchedule() else { return "constant" }
        let parts = [
            burnIn > 0 ? "after \(burnIn)" : nil,
            rampSummary,
            until.map { "until \($0)" },
        ].compactMap(\.self)
        let exchange = every > 1 ? "every \(every) steps" : turn?.summary
        let times = parts.isEmpty ? nil : parts.joined(separator: ", ") + " \(unit)"
        let whole = ramp == .whole ? "\(shape) ramp over the whole training" : nil
        return [times, whole, exchange].compactMap(\.self).joined(separator: ", ")
    }

    private var rampSummary: String? {
        guard case .length(let count) = ramp, count > 0 else { return nil }
        return "\(shape) ramp of \(count)"
    }
}

extension WeightSchedule.Turn {
    /// `steps 1 to 5 of every 6`, or nothing where it has all steps.
    fileprivate var summary: String? {
        guard steps.count < cycle else { return nil }
        let (first, last) = (steps.lowerBound + 1, steps.upperBound)
        let which = first == last ? "step \(first)" : "steps \(first) to \(last)"
        return "\(which) of every \(cycle)"
    }
}

extension WeightSchedule {
    /// Reads `constant`, or a map of burn-in, ramp, until and every, from an option of this key.
    ///
    /// - Parameter usual: the values of a map's keys that are not written.
    init(
        in options: inout OptionReader, under key: String, default usual: WeightSchedule
    ) {
        self = options.group(
            key, default: usual, shortForm: "kind",
            help: "constant, or a map of burn-in, ramp, until, every"
        ) { (inner) throws(SettingError) in
            let constant = "constant"
            if inner.value("kind", default: constant) != constant {
                inner.note(
                    inner.failure(
                        "kind",
                        "is not known; write `constant`, or a map of burn-in, ramp and until"))
            }
            let isConstant = inner.position(of: "kind") != nil
            return try WeightSchedule(
                options: &inner, default: isConstant ? WeightSchedule() : usual)
        }
    }

    /// Reads burn-in, ramp, until and, unless another reads it, every.
    init(
        options: inout OptionReader, readsEvery: Bool = true,
        default usual: WeightSchedule = WeightSchedule()
    ) throws(SettingError) {
        burnIn = options.value(
            "burn-in", default: usual.burnIn, in: Self.lengths, help: "teach nothing before this")
        ramp = Ramp(in: &options, default: usual.ramp)
        shape = options.choice("shape", default: usual.shape)
        until = options.optional(
            "until", Int.self, in: 1...1_000_000_000, help: "teach nothing from here on")
        unit = options.choice("in", default: usual.unit)
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

    fileprivate static let lengths = 0...1_000_000_000
}

extension WeightSchedule.Ramp {
    private static let name = "whole"

    /// Reads a length, or `whole`.
    fileprivate init(in options: inout OptionReader, default usual: Self) {
        let written = if case .length(let count) = usual { "\(count)" } else { Self.name }
        let subject = "\(options.subject): ramp"
        self = options.value(
            "ramp", default: (written, usual),
            help: "then grow over this long, or `whole`: to the end of the training"
        ) { (setting) throws(SettingError) in
            if case .scalar(Self.name, _) = setting.value { return .whole }
            return .length(
                try OptionReader.value(of: setting, subject, in: WeightSchedule.lengths))
        }
    }
}
