/// What a student is to receive, and from where on it may still ask for it.
///
/// Invariants: nobody but a student is to receive anything; see also ``LookAhead``.
struct Outbound: Sendable {
    var lookAhead = LookAhead()
    /// It may lack what an earlier life of this learner published.
    var mayNeedPast = false
    /// Whether it is known from where on it needs what this learner publishes.
    var isPlaced = true
    /// It never needs anything of earlier steps again.
    var checkpoint = 0
    /// The same, as far as its present life declared it: in one life it asks for nothing older.
    var checkpointOfLife: Int?

    func contradiction(isStudent: Bool, window: Int) -> String? {
        if !isStudent, !lookAhead.outstanding.isEmpty { return "it is no student, and waits" }
        if let checkpointOfLife, checkpointOfLife > checkpoint {
            return "it is kept less for it than its checkpoint \(checkpointOfLife) demands"
        }
        return lookAhead.contradiction(window: window)
    }
}

/// How far ahead of a student its teacher is: what the student is to receive and has not used.
///
/// No more than a window of steps is under way at a time. What is beyond waits until the student
/// has acknowledged something.
///
/// Invariants: outstanding steps and rounds ascend strictly, all of them later than what is
/// acknowledged; those that were sent come first, and are of no more steps than the window.
package struct LookAhead: Sendable {
    /// What it is to receive and has not acknowledged, ascending.
    package private(set) var outstanding: [StepRound] = []
    /// How many of these, from the first, were sent.
    package private(set) var sent = 0
    /// The last step and round whose knowledge it has used, from whomever.
    package private(set) var acknowledged: StepRound?

    /// Nothing is to be received yet.
    package init() {}

    /// Whether nothing waits to be sent.
    package var isAllSent: Bool { sent == outstanding.count }

    /// Whether it has used what was published at `stepRound`, maybe by an earlier life of this
    /// learner.
    package func hasUsed(_ stepRound: StepRound) -> Bool {
        acknowledged.map { stepRound <= $0 } ?? false
    }

    /// Whether knowledge of `step`, beside all that is outstanding, stays within the window.
    package func admits(step: Int, window: Int) -> Bool {
        outstanding.count < window || Set(outstanding.map(\.step) + [step]).count <= window
    }

    /// Whether the next may be sent.
    package func maySendNext(window: Int) -> Bool {
        sent < outstanding.count
            && (sent < window || Set(outstanding[...sent].map(\.step)).count <= window)
    }

    /// Whether `stepRound` is the next that is to be sent.
    package func isNext(_ stepRound: StepRound) -> Bool {
        sent < outstanding.count && outstanding[sent] == stepRound
    }

    /// Adds what was published last.
    package mutating func add(_ stepRound: StepRound) { outstanding.append(stepRound) }

    /// The next, which counts as sent.
    package mutating func takeNext() -> StepRound {
        defer { sent += 1 }
        return outstanding[sent]
    }

    /// Notes that the student has used all up to `stepRound`.
    package mutating func acknowledge(_ stepRound: StepRound) {
        remove(outstanding.prefix { $0 <= stepRound }.count)
        acknowledged = max(acknowledged ?? stepRound, stepRound)
    }

    /// Discards what is of earlier steps.
    package mutating func discard(before step: Int) {
        remove(outstanding.prefix { $0.step < step }.count)
    }

    /// Begins anew with what the student asked for.
    package mutating func restart(with stepRounds: [StepRound], acknowledged: StepRound?) {
        outstanding = stepRounds
        sent = 0
        self.acknowledged = acknowledged
    }

    private mutating func remove(_ count: Int) {
        outstanding.removeFirst(count)
        sent = max(0, sent - count)
    }

    /// What contradicts itself in this value; nil where nothing does. Of what is outstanding it
    /// looks at the ends alone, so that it can be asked often.
    package func contradiction(window: Int) -> String? {
        guard let first = outstanding.first else {
            return sent == 0 ? nil : "more was sent than is outstanding"
        }
        if sent > outstanding.count { return "more was sent than is outstanding" }
        let count = outstanding.count
        if count > 1, outstanding[count - 2] >= outstanding[count - 1] {
            return "what is outstanding does not ascend"
        }
        if hasUsed(first) { return "what it has used is outstanding" }
        let isWithin = sent <= window || Set(outstanding[..<sent].map(\.step)).count <= window
        return isWithin ? nil : "more was sent than the window allows"
    }
}
