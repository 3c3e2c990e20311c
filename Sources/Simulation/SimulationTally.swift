import Foundation

/// The counts of several seeds together, for people.
package struct SimulationTally: Sendable {
    private let outcomes: [Simulation.Outcome]

    /// - Parameter outcomes: in the order of the seeds.
    package init(_ outcomes: [Simulation.Outcome]) { self.outcomes = outcomes }

    /// The counts, the simulated time and a digest of all that happened.
    ///
    /// - Parameter time: how long the simulations took.
    package func text(after time: Duration) -> String {
        func sum(_ part: (Simulation.Outcome) -> Int) -> String {
            outcomes.reduce(0) { $0 + part($1) }.formatted(.number.locale(Locale(identifier: "en")))
        }
        let simulated = outcomes.reduce(.zero) { $0 + $1.time } / .seconds(3600)
        let digest = outcomes.reduce(0 as UInt64) { ($0 &* 31) ^ $1.digest }
        return """
            all hold: \(outcomes.count) seeds, \(sum(\.messages)) messages, \(sum(\.kills)) kills, \
            \(sum(\.partitions)) partitions, \(sum(\.clockJumps)) clock jumps
            \(String(format: "%.1f", simulated)) simulated hours in \
            \(String(format: "%.1f", time / .seconds(1))) s; digest \(String(digest, radix: 16))

            """
    }
}
