/// A signal asked the learner to stop.
public struct Interruption: Error, Hashable, CustomStringConvertible {
    public let signal: Int32

    public init(signal: Int32) {
        self.signal = signal
    }

    public var description: String { "interrupted by signal \(signal)" }
}
