/// Which life of a neighbour is there, how it is reached, and how far it has come.
///
/// Invariants: who greeted or welcomed has an incarnation; ``Progress/declared`` is never beyond
/// ``Progress/step``.
struct Life: Sendable {
    /// Fixed by a greeting or a welcome.
    var incarnation: UInt64?
    /// Where a student's inbox is.
    var address: String?
    /// The way back to a teacher: how its last message reached the inbox.
    var route: [UInt8]?
    /// As a teacher it has greeted.
    var greeted = false
    /// As a student it has welcomed this learner.
    var welcomed = false
    /// Its process is gone for good: it ended, or left.
    var isGone = false
    /// Why someone of its name was refused.
    var refusal: String?
    /// When the last message of it arrived.
    var lastHeard: Duration?
    var progress = Progress()

    /// Notes a sign of life of `incarnation`, and the way back if it came over one.
    mutating func note(_ incarnation: UInt64, route: [UInt8]?, at now: Duration) {
        self.incarnation = incarnation
        lastHeard = now
        if let route { self.route = route }
    }

    mutating func begin(_ incarnation: UInt64) {
        self.incarnation = incarnation
        greeted = false
        welcomed = false
        progress.restart()
    }

    var contradiction: String? {
        if greeted || welcomed, incarnation == nil { return "it joined without an incarnation" }
        return progress.contradiction
    }
}

/// How far a neighbour has come by its messages.
struct Progress: Sendable {
    /// The last step that one of its messages was of.
    private(set) var step: Int?
    /// The last step that it declared itself to be at. What it publishes again may be far ahead of
    /// that.
    private(set) var declared: Int?
    /// When it came to a later step.
    var lastAdvance: Duration?

    /// Notes a message of a step.
    ///
    /// - Parameter isDeclared: whether the message declares where its sender is.
    mutating func note(_ step: Int, isDeclared: Bool, at now: Duration) {
        if step > self.step ?? -1 {
            self.step = step
            lastAdvance = now
        }
        guard isDeclared else { return }
        if let declared, step > declared { lastAdvance = now }
        declared = max(step, declared ?? step)
    }

    mutating func restart() {
        step = nil
        declared = nil
    }

    var contradiction: String? {
        guard let declared, declared > step ?? -1 else { return nil }
        return "it declared step \(declared), and no message of it is that far"
    }
}

/// What a neighbour announced of its end, and whether it acknowledged this learner's.
///
/// Invariant: an answer is owed only to an announced end.
struct Farewell: Sendable {
    /// The last step and round that it announced.
    var end: StepRound?
    /// Where its latest announcement waits for an acknowledgement.
    var owedOver: Lockstep.Channel?
    /// It acknowledged that this learner has ended, and needs nothing more.
    var isAcknowledged = false
}
