import Reporting

/// A number of an edge, from a teacher to a student, that graph and matrices show: one line of
/// ``all``.
struct EdgeQuantity: Sendable {
    /// As the page's choice and the stream's query name it.
    let name: String
    /// For people.
    let title: String
    let unit: Metric.Unit
    /// The numbers of a student's interval by the peer's name.
    let values: @Sendable (IntervalReport) -> [String: Double]

    /// In the order of the page's choice.
    static let all: [EdgeQuantity] = [
        EdgeQuantity(name: "divergence", title: "Divergence", unit: .nats) { $0.divergence },
        EdgeQuantity(name: "agreement", title: "Agreement", unit: .share) { $0.agreement },
        EdgeQuantity(name: "weight", title: "Weight", unit: .plain) { weights(in: $0) },
        EdgeQuantity(name: "wait", title: "Waiting for it in a step", unit: .seconds) {
            $0.waitSeconds
        },
        EdgeQuantity(name: "absences", title: "Steps without it, of 100", unit: .plain) { report in
            (report.absences ?? [:]).mapValues { 100 * Double($0) / Double(max(1, report.steps)) }
        },
        EdgeQuantity(name: "staleness", title: "Age of banked knowledge, in steps", unit: .plain) {
            ($0.banked ?? [:]).mapValues(\.age)
        },
        EdgeQuantity(name: "bytes", title: "Bytes received in a step", unit: .plain) { report in
            report.bytesFrom.mapValues { Double($0) / Double(max(1, report.steps)) }
        },
    ]

    /// The sum of the weights of the terms in which a teacher teaches.
    private static func weights(in report: IntervalReport) -> [String: Double] {
        var weights: [String: Double] = [:]
        for (name, term) in report.terms {
            for teacher in report.teachers(of: name) {
                weights[teacher, default: 0] += term.weight
            }
        }
        return weights
    }
}
