import NeuralNetwork

/// How a training step's time divides among its operations.
public struct OperationReport: Sendable {
    /// The operations of one name in a step, and of one shape where shapes are distinguished.
    public struct Row: Sendable {
        /// The operation's name.
        public var name: String
        /// The shapes of the operands, if all are the same.
        public var operands: [[Int]]?
        /// How often it is recorded in a step.
        public var calls: Double
        /// The time of its forward passes, in seconds.
        public var forward: Double
        /// The time of its backward passes, in seconds.
        public var backward: Double
        /// Its multiply-adds by the direct algorithm.
        public var multiplyAdds: MultiplyAdds
        /// The numbers that it reads and writes where each passes once.
        public var numbers: MovedNumbers

        /// A row that was counted elsewhere.
        public init(
            name: String, operands: [[Int]]?, calls: Double, forward: Double, backward: Double,
            multiplyAdds: MultiplyAdds, numbers: MovedNumbers
        ) {
            (self.name, self.operands, self.calls) = (name, operands, calls)
            (self.forward, self.backward) = (forward, backward)
            (self.multiplyAdds, self.numbers) = (multiplyAdds, numbers)
        }

        /// The time of both passes.
        public var seconds: Double { forward + backward }
        /// Floating-point operations per second, forward and backward; 0 where none are counted.
        public var rates: (forward: Double, backward: Double) {
            (
                Self.rate(multiplyAdds.forward, forward),
                Self.rate(multiplyAdds.backward, backward)
            )
        }

        private static func rate(_ multiplyAdds: Int, _ seconds: Double) -> Double {
            seconds > 0 ? 2 * Double(multiplyAdds) / seconds : 0
        }
    }

    /// The slowest operation first, and last the time that belongs to no operation: the update and
    /// the rest.
    public var rows: [Row]
    /// The mean time of a step, in seconds.
    public var step: Double

    /// A report of rows that were measured elsewhere.
    public init(rows: [Row], step: Double) { (self.rows, self.step) = (rows, step) }
}

extension BenchmarkProblem {
    /// Measures the operations of training steps, on the threads that the kernels are given now.
    ///
    /// - Parameter byShape: whether operations of one name on different shapes are distinguished.
    public func measureOperations(_ measurement: Measurement, byShape: Bool) -> OperationReport {
        var trainee = Trainee(self)
        var meter = OperationMeter()
        var update = Duration.zero
        let times = measurement.times {
            trainee.step(meter: meter) { update += $0 }
        } warm: {
            meter = OperationMeter()
            update = .zero
        }
        let count = Double(times.count)
        var rows = byShape ? meter.entries.map { Row($0, steps: times.count) } : []
        if !byShape {
            for (name, entries) in Dictionary(grouping: meter.entries, by: \.name) {
                rows.append(Row(entries, named: name, steps: times.count))
            }
        }
        rows.sort { ($0.seconds, $1.name) > ($1.seconds, $0.name) }
        let step = times.reduce(0, +) / count
        rows.append(Row("update", seconds: update / .seconds(1) / count))
        let known = rows.reduce(0) { $0 + $1.seconds }
        rows.append(Row("rest", seconds: max(0, step - known)))
        return OperationReport(rows: rows, step: step)
    }
}

private typealias Row = OperationReport.Row

extension OperationReport.Row {
    /// What is no operation.
    fileprivate init(_ name: String, seconds: Double) {
        self.init(
            name: name, operands: nil, calls: 1, forward: 0, backward: seconds,
            multiplyAdds: MultiplyAdds(), numbers: MovedNumbers())
    }

    fileprivate init(_ entry: OperationMeter.Entry, steps: Int) {
        self.init([entry], named: entry.name, steps: steps)
        operands = entry.operands
    }

    /// Entries that were gathered over a number of steps, as one.
    fileprivate init(_ entries: [OperationMeter.Entry], named name: String, steps: Int) {
        let work = entries.reduce(into: MultiplyAdds()) { $0 += $1.multiplyAdds }
        let numbers = entries.reduce(into: MovedNumbers()) { $0 += $1.numbers }
        let count = Double(steps)
        self.init(
            name: name, operands: nil,
            calls: Double(entries.reduce(0) { $0 + $1.calls }) / count,
            forward: entries.reduce(.zero) { $0 + $1.forward } / .seconds(1) / count,
            backward: entries.reduce(.zero) { $0 + $1.backward } / .seconds(1) / count,
            multiplyAdds: MultiplyAdds(
                forward: work.forward / steps, backward: work.backward / steps),
            numbers: MovedNumbers(
                forward: numbers.forward / steps, backward: numbers.backward / steps))
    }
}
