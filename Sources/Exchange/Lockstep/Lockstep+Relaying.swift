/// Where a relay stands among the relays of its circle.
public struct RelayPlace: Hashable, Sendable {
    /// To which it sends its part, and from which it gets the sum; nil for the root.
    public var parent: String?
    package var start = RelayStart()

    public init(parent: String?) { self.parent = parent }
}

/// Where a relay begins, which follows from the checkpoints of all learners.
public struct RelayStart: Hashable, Sendable {
    /// Nobody at all needs anything of an earlier step.
    public var first = 0
    /// Nobody below the relay needs the sum of an earlier step.
    public var firstTold = 0

    public init(first: Int = 0, firstTold: Int = 0) {
        self.first = first
        self.firstTold = firstTold
    }
}

/// What a relay does otherwise than a learner. It holds nothing that its neighbours could not tell it
/// again: what is published waits in the learners' journals until everyone below every relay has a
/// checkpoint after it. So another life of a relay begins where the first of all learners would go on,
/// and makes the same sums anew.
extension Lockstep {
    /// Goes on where the first of those would that need it.
    mutating func takePlace() {
        let first = checkpointOfPupils(except: nil) ?? 0
        let firstTold = checkpointOfPupils(except: relay?.parent) ?? first
        relay?.start = RelayStart(first: first, firstTold: firstTold)
        released = first
        frontier = first
        gathered = schedule.last(before: first)
        used = gathered
        stage = .running
        tellPlace(to: greetedTeachers)
    }

    /// The least of its students' checkpoints, but what it has yet to gather itself it needs too: another
    /// life may be far behind those that it serves.
    func checkpointOfRelay(toldTo teacher: String) -> Int? {
        let ofPupils = checkpointOfPupils(except: relay?.parent == teacher ? teacher : nil)
        guard !isJoining, !hasGatheredAll else { return ofPupils }
        return ofPupils.map { min($0, place(beside: teacher).step) }
    }

    private var hasGatheredAll: Bool {
        if case .finish = request { true } else { end != nil }
    }

    /// Whether it is a relay that has added up everything, and stays for those that may come back.
    var staysForOthers: Bool { relay != nil && hasGatheredAll }

    /// Whether an end may be announced: a relay's only once no learner can go back any more, as another
    /// life of it would need its neighbours until then.
    func mayEnd(after lastStep: Int) -> Bool {
        relay == nil || checkpointOfPupils(except: nil).map { $0 > lastStep } == true
    }

    /// What is passed on of the students' checkpoints, to those below and above.
    var checkpointsPassedOn: [Int?] {
        relay.map { [checkpointOfPupils(except: nil), checkpointOfPupils(except: $0.parent)] } ?? []
    }

    /// The first step that one of the students may still need; nil while that is not known.
    ///
    /// - Parameter parent: whose word does not count, where it is told: it has it from here in part.
    func checkpointOfPupils(except parent: String?) -> Int? {
        let others = students.filter { $0 != parent && peers[$0]?.isSettled == false }
        guard !isJoining || others.allSatisfy({ peers[$0]?.checkpointOfLife != nil }) else {
            return nil
        }
        return others.compactMap { peers[$0]?.checkpoint }.min() ?? .max
    }

    /// Tells the teachers what need not be kept for those below and above.
    mutating func passCheckpointsOn() {
        tellCheckpoint(to: greetedTeachers)
        settleEnds()
    }
}
