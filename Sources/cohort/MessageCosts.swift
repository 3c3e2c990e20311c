import ArgumentParser
import Simulation

/// The costs of messages in a timed simulation.
struct MessageCosts: ParsableArguments {
    static let names = "--latency, --bandwidth, --handling and --payload"

    @Option(
        help: """
            Microseconds that a message is under way (default: 70). The defaults of these four are \
            what `cohort bench exchange` finds between processes of one host of two cores.
            """)
    var latency: Double?

    @Option(help: "Megabytes that a node takes in or sends out per second (default: 1700).")
    var bandwidth: Double?

    @Option(help: "Microseconds that a node spends on each message besides (default: 12).")
    var handling: Double?

    @Option(help: "Bytes of a learner's or relay's knowledge at a step (default: 5120).")
    var payload: Int?

    var areGiven: Bool {
        latency != nil || bandwidth != nil || handling != nil || payload != nil
    }

    func validate() throws {
        guard latency ?? 0 >= 0, handling ?? 0 >= 0, payload ?? 1 >= 1, bandwidth ?? 1 > 0,
            [latency, bandwidth, handling].allSatisfy({ $0?.isFinite ?? true })
        else {
            throw ValidationError(
                "--latency and --handling are at least 0, --payload at least 1, --bandwidth above 0"
            )
        }
    }

    var model: LatencyModel {
        var model = LatencyModel()
        if let latency { model.latency = .microseconds(latency) }
        if let handling { model.handling = .microseconds(handling) }
        if let bandwidth { model.bandwidth = bandwidth * 1e6 }
        if let payload { model.payload = payload }
        return model
    }
}
