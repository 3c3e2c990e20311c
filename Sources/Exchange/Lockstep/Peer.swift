import CohortGraph

/// What a learner knows of one neighbour.
struct Peer: Sendable {
    var isTeacher: Bool
    var isPupil: Bool
    /// Fixed by the first greeting or welcome.
    var incarnation: UInt64?
    /// Where a pupil's inbox is.
    var address: String?
    /// The way back to a teacher: how its last message reached the inbox.
    var route: [UInt8]?
    /// As a teacher it has greeted.
    var greeted = false
    /// As a pupil it has welcomed this learner.
    var welcomed = false
    /// What it taught and is not yet used.
    var stash: [Slot: Knowledge] = [:]
    /// Why what it taught cannot be used, where that is so.
    var spoiled: [Slot: String] = [:]
    /// What it was taught and has not acknowledged, ascending.
    var outstanding: [Slot] = []
    /// The last slot whose knowledge it has used, from whomever.
    var acknowledged: Slot?
    /// The last slot that it announced.
    var end: Slot?
    /// Where its latest announcement of the end waits for an acknowledgement.
    var owesEnded: Lockstep.Channel?
    /// It knows that this learner has ended, and needs nothing more.
    var knowsOfEnd = false
    /// Why someone of its name was refused.
    var refusal: String?
    var lastHeard: Duration?
    var traffic = Traffic()

    var isJoined: Bool { (!isTeacher || greeted) && (!isPupil || welcomed) }

    /// It will not be told anything more.
    var isSettled: Bool { knowsOfEnd || end != nil }

    mutating func forget(upTo slot: Slot) {
        stash = stash.filter { $0.key > slot }
        spoiled = spoiled.filter { $0.key > slot }
    }

    /// Notes that it has used all that it was taught up to `slot`.
    mutating func acknowledge(_ slot: Slot) {
        outstanding.removeAll { $0 <= slot }
        acknowledged = max(acknowledged ?? slot, slot)
    }

    /// Whether knowledge of `step` would stay within the window.
    func admits(step: Int, window: Int) -> Bool {
        end != nil || Set(outstanding.map(\.step) + [step]).count <= window
    }
}
