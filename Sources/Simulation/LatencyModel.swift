import Exchange

/// What messages cost: the LogGP model (Alexandrov, Ionescu, Schauser and Scheiman 1995) of nodes
/// that do one thing at a time.
package struct LatencyModel: Hashable, Sendable {
    /// From the end of sending to the beginning of taking in.
    package var latency = Duration.microseconds(70)
    /// What a node spends on each message that it sends or takes in, whatever its size.
    package var handling = Duration.microseconds(12)
    /// Bytes that a node sends or takes in per second.
    package var bandwidth = 1.7e9
    /// Bytes of what a learner, or a relay, publishes at a step.
    package var payload = 5120

    package init() {}

    /// The size of a message, all frames together; the knowledge in it has the payload's size.
    func byteCount(of message: Message) -> Int {
        let size = WireCodec.byteCount(of: message)
        guard case .knowledge(let tensors) = message.content else { return size }
        return size + payload - tensors.reduce(0) { $0 + $1.payload.count }
    }

    /// How long a node is busy with a message.
    func effort(of bytes: Int) -> Duration { handling + .seconds(Double(bytes) / bandwidth) }
}
