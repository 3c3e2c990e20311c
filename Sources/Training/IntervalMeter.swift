import Distillation
import Exchange
import Reporting

/// Gathers what the steps of an interval found into one report.
struct IntervalMeter {
    private var steps = 0
    private var learned = 0
    /// The steps whose task loss counts: not those on what a learner wrote itself.
    private var labelled = 0
    private var taskLoss = 0.0
    private var totalLoss = 0.0
    private var terms: [String: [TermReport]] = [:]
    private var comparisons: [String: [Comparison]] = [:]
    private var codecErrors: [String: [Double]] = [:]
    private var waits: [String: Double] = [:]
    private var absences: [String: Int] = [:]
    private var banked: [String: (samples: Int, ages: Int)] = [:]
    private var gradientNorm: Double?
    private var taskGradients: [Double] = []
    private var seconds = 0.0
    private let traffic: [String: Traffic]

    /// - Parameter traffic: what was exchanged before the interval.
    init(traffic: [String: Traffic]) {
        self.traffic = traffic
    }

    mutating func add(_ outcome: StepOutcome, took duration: Duration) {
        learned += 1
        labelled += outcome.isWritten ? 0 : 1
        taskLoss += outcome.taskLoss
        totalLoss += outcome.totalLoss
        for (name, term) in outcome.terms { terms[name, default: []].append(term) }
        for (name, found) in outcome.comparisons { comparisons[name, default: []].append(found) }
        if let peer = outcome.waitedFor { waits[peer, default: 0] += outcome.waited.seconds }
        for peer in outcome.absent { absences[peer, default: 0] += 1 }
        for (peer, found) in outcome.banked {
            banked[peer, default: (0, 0)].samples += found.samples
            banked[peer, default: (0, 0)].ages += found.ages
        }
        gradientNorm = outcome.gradientNorm ?? gradientNorm
        taskGradients += outcome.taskGradient.map { [$0] } ?? []
        add(codecErrors: outcome.codecErrors, took: duration)
    }

    /// Adds a step that taught and did not learn.
    mutating func add(codecErrors errors: [String: Double], took duration: Duration) {
        steps += 1
        for (name, error) in errors { codecErrors[name, default: []].append(error) }
        seconds += duration.seconds
    }

    /// The report of the interval, with means over its steps; of what happens at some of them
    /// alone, means over those.
    ///
    /// - Parameters:
    ///   - step: how many steps were done since the run's start.
    ///   - rate: nil for a learner that only teaches.
    ///   - traffic: what was exchanged until now.
    func report(
        step: Int, epoch: Int, rate: Float?, traffic now: [String: Traffic]
    ) -> IntervalReport {
        let share = 1 / Double(max(1, steps))
        return IntervalReport(
            step: step, steps: steps, epoch: epoch,
            taskLoss: labelled > 0 ? taskLoss / Double(labelled) : nil,
            totalLoss: learned > 0 ? totalLoss / Double(learned) : nil,
            terms: terms.mapValues { TermReport(mean: $0, of: learned) },
            divergence: comparisons.mapValues { mean($0.map(\.divergence)) },
            agreement: comparisons.mapValues { mean($0.map(\.agreement)) },
            codecErrors: codecErrors.mapValues(mean), rate: rate.map { Double($0) },
            gradientNorm: gradientNorm,
            taskGradient: taskGradients.isEmpty ? nil : mean(taskGradients),
            stepSeconds: seconds * share,
            waitSeconds: waits.mapValues { $0 * share },
            absences: absences.isEmpty ? nil : absences,
            banked: banked.isEmpty
                ? nil
                : banked.mapValues {
                    BankedReport(samples: $0.samples, age: Double($0.ages) / Double($0.samples))
                },
            bytesFrom: bytes(now) { $0.bytesReceived }, bytesTo: bytes(now) { $0.bytesSent })
    }

    /// What an interval exchanged with each peer.
    private func bytes(
        _ now: [String: Traffic], _ count: (Traffic) -> Int
    ) -> [String: Int] {
        now.reduce(into: [:]) { bytes, peer in
            let new = count(peer.value) - (traffic[peer.key].map(count) ?? 0)
            if new > 0 { bytes[peer.key] = new }
        }
    }
}

private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        let (whole, attoseconds) = components
        return Double(whole) + Double(attoseconds) * 1e-18
    }
}
