import Exchange
import Training

/// What the operating system asks of a node's process while it runs.
public protocol NodeSignals {
    /// What asked the node to stop, if anything has.
    var interruption: Interruption? { get }

    /// Whether a checkpoint was requested since this was last asked.
    func takeCheckpointRequest() -> Bool
}

extension NodeSignals {
    /// - Throws: ``Interruption`` where the node is to stop.
    func check() throws {
        if let interruption { throw interruption }
    }
}

/// Makes the signals of a process.
///
/// - Parameter cancel: ends what the exchange waits for; called on any thread when the node is to
///   stop.
public typealias NodeSignalsMaker =
    (_ cancel: @escaping @Sendable (Interruption) -> Void) -> any NodeSignals
