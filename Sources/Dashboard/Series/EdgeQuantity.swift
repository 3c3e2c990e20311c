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
        EdgeQuantity(name: "weight", title: "Weight", unit: .plain) { weights(of: $0.terms) },
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
    private static func weights(of terms: [String: TermReport]) -> [String: Double] {
        var weights: [String: Double] = [:]
        for (name, term) in terms {
            for teacher in teachers(of: name) { weights[teacher, default: 0] += term.weight }
        }
        return weights
    }

    /// What may follow the teachers: taps, views, a number.
    private static let ends = Set(":~#".utf8)

    /// The teachers in a term's name: of `dml<b,c:tap1#2` they are b and c.
    private static func teachers(of term: String) -> [String] {
        guard let mark = term.utf8.firstIndex(of: UInt8(ascii: "<")) else { return [] }
        return term.utf8[term.utf8.index(after: mark)...].prefix { !ends.contains($0) }
            .split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    }
}
