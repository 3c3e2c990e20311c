/// What an exchange holds of its teachers that a later life of the learner must know again.
public struct ExchangeState: Hashable, Codable, Sendable {
    /// Whose knowledge is not used.
    public var quarantine: Quarantine
    /// The last slot of what each teacher said that was taken in, where what comes late is.
    public var taken: [String: Slot]

    public init(quarantine: Quarantine, taken: [String: Slot] = [:]) {
        self.quarantine = quarantine
        self.taken = taken
    }
}
