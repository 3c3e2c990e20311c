/// What a relay does otherwise than a learner; see ``Relaying``.
extension Lockstep {
    /// Begins where the first of its students would go on.
    mutating func beginRelaying() {
        let students = unsettledStudents
        relay?.begin(for: students)
        let first = relay?.start.first ?? 0
        retention = Retention(from: first)
        gathered = schedule.last(before: first)
        used = gathered
        stage = .running
        sendNeeds(to: greetedTeachers)
    }

    private var unsettledStudents: [Relaying.Student] {
        students.compactMap { name in
            guard peers[name]?.isSettled == false else { return nil }
            return Relaying.Student(
                name: name, checkpoint: peers[name]?.outbound.checkpoint ?? 0,
                isDeclared: peers[name]?.outbound.checkpointOfLife != nil)
        }
    }

    /// What a teacher need not keep: the least of the students' checkpoints, and what is yet to be
    /// gathered here, as another life of a relay may be far behind those that it serves.
    func checkpointOfRelay(for teacher: String) -> Int? {
        let ofStudents = checkpointOfStudents(except: relay?.parent == teacher ? teacher : nil)
        guard !isJoining, !hasGatheredAll else { return ofStudents }
        return ofStudents.map { min($0, firstNeeded(from: teacher).step) }
    }

    private var hasGatheredAll: Bool {
        if case .finish = pending?.task { true } else { end != nil }
    }

    /// Whether it is a relay that has added up everything, and stays for those that may come back.
    var servesAfterEnd: Bool { relay != nil && hasGatheredAll }

    /// Whether an end may be announced: a relay's only once no learner can go back any more, as
    /// another life of it would need its neighbours until then.
    func canEnd(after lastStep: Int) -> Bool {
        relay == nil || checkpointOfStudents(except: nil).map { $0 > lastStep } == true
    }

    /// What is forwarded of the students' checkpoints, to those below and above.
    var forwardedCheckpoints: [Int?] {
        guard let relay else { return [] }
        let students = unsettledStudents
        return [nil, relay.parent].map {
            Relaying.firstNeeded(by: students, except: $0, isJoining: isJoining)
        }
    }

    private func checkpointOfStudents(except parent: String?) -> Int? {
        Relaying.firstNeeded(by: unsettledStudents, except: parent, isJoining: isJoining)
    }

    /// Tells the teachers what need not be kept for those below and above.
    mutating func forwardCheckpoints() {
        sendCheckpoints(to: greetedTeachers)
        settleEnds()
    }
}
