import CohortGraph

/// What a learner knows of one neighbour.
struct Peer: Sendable {
    var isTeacher: Bool
    var isPupil: Bool
    /// Neither side waits for the other.
    var isOptional: Bool
    /// As a teacher: what of it comes late is taken in too.
    var keepsLate: Bool
    /// It computes nothing, and is done as soon as all that it waits for is there.
    var isRelay: Bool
    /// Which life of it speaks: fixed by a greeting or a welcome.
    var incarnation: UInt64?
    /// Where a student's inbox is.
    var address: String?
    /// The way back to a teacher: how its last message reached the inbox.
    var route: [UInt8]?
    /// As a teacher it has greeted.
    var greeted = false
    /// As a student it has welcomed this learner.
    var welcomed = false
    /// What it taught and is not yet used.
    var stash = BySlot<Knowledge>()
    /// Why what it taught cannot be used, where that is so.
    var spoiled = BySlot<String>()
    /// As a teacher it did not come in time, and has not been in time since.
    var isLate = false
    /// The last slot of what it taught that was taken in, where what comes late is.
    var taken: Slot?
    /// As far as it may know of that.
    var credited: Slot?
    /// How often it has said that it lives since it taught something, or was asked for what may be lost.
    var signsOfLife = 0
    /// What it is to be taught and has not acknowledged, ascending.
    var outstanding: [Slot] = []
    /// How many of these, from the first, were sent.
    var sent = 0
    /// As a student it may lack what an earlier life of this learner has published.
    var mayNeedPast = false
    /// Whether it is known from where on it needs what this learner publishes.
    var isPlaced = true
    /// The last slot whose knowledge it has used, from whomever.
    var acknowledged: Slot?
    /// As a student it will never again need anything of earlier steps.
    var checkpoint = 0
    /// The same, as far as its present life has said it: in one life it asks for nothing older.
    var checkpointOfLife: Int?
    /// The last slot that it announced.
    var end: Slot?
    /// Where its latest announcement of the end waits for an acknowledgement.
    var owesEnded: Lockstep.Channel?
    /// It knows that this learner has ended, and needs nothing more.
    var knowsOfEnd = false
    /// Its process is gone for good: it ended, or left.
    var isGone = false
    /// Why someone of its name was refused.
    var refusal: String?
    var lastHeard: Duration?
    /// The last step that it was heard to be at, and when it came to it.
    var place: Int?
    /// The last step that it said that it is at. What it teaches again may be far ahead of that.
    var declared: Int?
    var lastProgress: Duration?
    var traffic = Traffic()

    var isJoined: Bool { isGone || (!isTeacher || greeted) && (!isPupil || welcomed) }

    /// As a teacher it may still teach this learner: it is there, and does not know yet that all that it
    /// taught is used.
    var stillTeaches: Bool { greeted && !isGone && (end == nil || owesEnded != nil) }

    /// It will not be told anything more.
    var isSettled: Bool { isGone || knowsOfEnd || end != nil }

    /// It is there, or must come.
    var isExpected: Bool { !isOptional || lastHeard != nil || mayNeedPast }

    /// Whether what it taught, with that of `slot`, stays within the window.
    func mayHold(_ slot: Slot, window: Int) -> Bool {
        guard stash.count + spoiled.count >= window else { return true }
        return Set((stash.slots + spoiled.slots + [slot]).map(\.step)).count <= window
    }

    /// Spoils what it taught at `slot` if there is an objection to it.
    ///
    /// - Returns: whether it taught anything.
    mutating func judge(_ slot: Slot, _ objection: (Knowledge) -> String?) -> Bool {
        guard !spoiled.holds(slot) else { return true }
        guard let knowledge = stash[slot] else { return false }
        if let objection = objection(knowledge) {
            stash[slot] = nil
            spoiled[slot] = objection
        }
        return true
    }

    mutating func forget(upTo slot: Slot) {
        stash.remove(upTo: slot)
        spoiled.remove(upTo: slot)
    }

    /// Notes how far it is heard to be.
    mutating func come(to step: Int, byItsOwnWord isDeclared: Bool, at now: Duration) {
        if step > place ?? -1 {
            place = step
            lastProgress = now
        }
        guard isDeclared else { return }
        if let declared, step > declared { lastProgress = now }
        declared = max(step, declared ?? step)
    }

    /// Notes a sign of life of `incarnation`, and the way back if it came over one.
    mutating func hear(_ incarnation: UInt64, route: [UInt8]?, at now: Duration) {
        self.incarnation = incarnation
        lastHeard = now
        if let route { self.route = route }
    }

    /// Notes that it has used all that it was taught up to `slot`.
    mutating func acknowledge(_ slot: Slot) {
        let used = outstanding.prefix { $0 <= slot }.count
        outstanding.removeFirst(used)
        sent = max(0, sent - used)
        acknowledged = max(acknowledged ?? slot, slot)
    }

    /// Of what it is to be taught, lets go of what is of earlier steps.
    mutating func letGo(before step: Int) {
        let count = outstanding.prefix { $0.step < step }.count
        outstanding.removeFirst(count)
        sent = max(0, sent - count)
    }

    /// Whether it said that it has used what was taught at `slot`: to another life of this learner.
    func hasUsed(_ slot: Slot) -> Bool { acknowledged.map { slot <= $0 } ?? false }

    /// Whether knowledge of `step`, beside all that is outstanding, would stay within the window.
    func admits(step: Int, window: Int) -> Bool {
        isSettled || outstanding.count < window
            || Set(outstanding.map(\.step) + [step]).count <= window
    }

    /// Whether the next that is outstanding may be sent.
    func mayBeSentNext(window: Int) -> Bool {
        welcomed && isPlaced && !isSettled && sent < outstanding.count
            && (sent < window || Set(outstanding[...sent].map(\.step)).count <= window)
    }

    /// The next that is outstanding, where it may be sent: it counts as sent.
    mutating func takeNext(window: Int) -> Slot? {
        guard mayBeSentNext(window: window) else { return nil }
        defer { sent += 1 }
        return outstanding[sent]
    }

    /// Whether what is published at a slot would be sent to it at once: it has not used it, and nothing is
    /// held back.
    func takes(_ slot: Slot, window: Int) -> Bool {
        welcomed && isPlaced && !isSettled && !hasUsed(slot) && sent == outstanding.count
            && admits(step: slot.step, window: window)
    }

    /// Another life of it begins: it has forgotten what this learner said, and is reached elsewhere.
    mutating func begin(life incarnation: UInt64) {
        self.incarnation = incarnation
        greeted = false
        welcomed = false
        isPlaced = false
        checkpointOfLife = nil
        place = nil
        declared = nil
    }
}
