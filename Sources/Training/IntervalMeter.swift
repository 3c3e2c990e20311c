import Distillation
import Reporting

/// Gathers what the steps of an interval found into one report.
struct IntervalMeter {
    private var steps = 0
    private var taskLoss = 0.0
    private var terms: [String: Double] = [:]
    private var divergence: [String: Double] = [:]
    private var agreement: [String: Double] = [:]
    private var waits: [String: Double] = [:]
    private var gradientNorm: Double?
    private var seconds = 0.0

    mutating func add(_ outcome: StepOutcome, took duration: Duration) {
        steps += 1
        taskLoss += outcome.taskLoss
        terms.merge(outcome.terms, uniquingKeysWith: +)
        divergence.merge(outcome.comparisons.mapValues(\.divergence), uniquingKeysWith: +)
        agreement.merge(outcome.comparisons.mapValues(\.agreement), uniquingKeysWith: +)
        if let peer = outcome.waitedFor { waits[peer, default: 0] += outcome.waited.seconds }
        gradientNorm = outcome.gradientNorm
        seconds += duration.seconds
    }

    /// The report of the interval, with means over its steps.
    ///
    /// - Parameters:
    ///   - step: how many steps were done since the run's start.
    ///   - bytes: what the interval sent and received.
    func report(
        step: Int, epoch: Int, rate: Float, bytes: (received: Int, sent: Int)
    ) -> IntervalReport {
        let share = 1 / Double(max(1, steps))
        return IntervalReport(
            step: step, steps: steps, epoch: epoch, taskLoss: taskLoss * share,
            terms: terms.mapValues { $0 * share }, divergence: divergence.mapValues { $0 * share },
            agreement: agreement.mapValues { $0 * share }, rate: Double(rate),
            gradientNorm: gradientNorm, stepSeconds: seconds * share,
            waitSeconds: waits.mapValues { $0 * share }, bytesIn: bytes.received,
            bytesOut: bytes.sent)
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        let (whole, attoseconds) = components
        return Double(whole) + Double(attoseconds) * 1e-18
    }
}
