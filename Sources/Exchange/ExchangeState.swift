/// What of an exchange must be part of a checkpoint.
public struct ExchangeState: Hashable, Codable, Sendable {
    /// Whose knowledge is not used.
    public var quarantine: Quarantine
    /// The last step and round that was used of each teacher whose late knowledge is used.
    public var taken: [String: StepRound]

    /// The state of an exchange at a checkpoint.
    public init(quarantine: Quarantine, taken: [String: StepRound] = [:]) {
        self.quarantine = quarantine
        self.taken = taken
    }
}
