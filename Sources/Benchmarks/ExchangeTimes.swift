import Foundation
import Reporting

/// The times of several rounds of an exchange benchmark, by what was measured.
package struct ExchangeTimes: Sendable {
    private let kinds: [ExchangePart.Kind]
    private var times: [ExchangePart.Kind: [ExchangePart.Times]] = [:]

    /// - Parameter kinds: what is measured, in the order of the columns.
    package init(_ kinds: [ExchangePart.Kind]) { self.kinds = kinds }

    /// Adds the times of one round.
    package mutating func add(_ round: ExchangePart.Times, of kind: ExchangePart.Kind) {
        times[kind, default: []].append(round)
    }

    /// A table of the medians over the rounds, in milliseconds.
    package var text: String {
        func row(_ title: String, _ value: KeyPath<ExchangePart.Times, Double>) -> [String] {
            [title] + kinds.map { String(format: "%.3f", milliseconds(of: $0, value)) }
        }
        let rows = [
            [""] + kinds.map(\.rawValue), row("exchange, ms", \.exchange),
            row("joining, ms", \.joining),
        ]
        return TextTable(rows: rows, wordColumns: 1).text
    }

    /// One object of JSON, on one line: the median milliseconds of an exchange by its kind.
    package var json: String {
        get throws {
            let named = Dictionary(
                kinds.map { ($0.rawValue, milliseconds(of: $0, \.exchange)) },
                uniquingKeysWith: { first, _ in first })
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(named), as: UTF8.self) + "\n"
        }
    }

    private func milliseconds(
        of kind: ExchangePart.Kind, _ value: KeyPath<ExchangePart.Times, Double>
    ) -> Double {
        median((times[kind] ?? []).map { $0[keyPath: value] }) * 1e3
    }
}
