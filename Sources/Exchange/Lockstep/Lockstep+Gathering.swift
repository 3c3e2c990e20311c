import CohortGraph

/// Gathering from the teachers.
extension Lockstep {
    private var check: KnowledgeCheck { KnowledgeCheck(classes: identity.classes) }

    /// The teachers that teach something at a slot.
    private func teachers(teachingAt slot: Slot) -> [String] {
        teachers.filter { lanes.from[$0]?.cargo(at: slot).isEmpty == false }
    }

    /// The teachers whose knowledge is waited for.
    ///
    /// - Parameter roll: whose was used in an earlier life.
    func teachersAwaited(_ slot: Slot, _ roll: [String]?, at now: Duration) -> [String] {
        let unheard = teachers(teachingAt: slot).filter { peers[$0]?.stash[slot] == nil }
        if let roll { return unheard.filter(roll.contains) }
        let awaited = unheard.filter { absence(of: $0, at: slot, now) == nil }
        guard awaited.isEmpty else { return awaited }
        let expected = teachers(teachingAt: slot).count
        return isQuorum(present: expected - unheard.count, of: expected) ? [] : unheard
    }

    /// Why a step goes on without a teacher; nil where it must be waited for.
    private func absence(of name: String, at slot: Slot, _ now: Duration) -> String? {
        guard let peer = peers[name], peer.isOptional else { return nil }
        if peer.isGone { return "it has left" }
        if let end = peer.end, end < slot { return "it has ended" }
        if peer.isLate { return "it is late" }
        return now - requestWait.since >= limits.missing ? "it did not come in time" : nil
    }

    /// Whether enough learners take part, this one among them.
    func isQuorum(present: Int, of others: Int) -> Bool {
        switch limits.quorum {
        case .none: true
        case .majority: 2 * (present + 1) > others + 1
        case .atLeast(let count): present + 1 >= min(count, others + 1)
        }
    }

    /// Keeps a teacher's knowledge until it is gathered.
    mutating func take(_ tensors: [KnowledgeTensor], at position: Position, from name: String) {
        let slot = Slot(position)
        guard let peer = peers[name], peer.isTeacher, peer.stash[slot] == nil, end == nil,
            gathered.map({ $0 < slot }) ?? true
        else { return }
        if let objection = check.objection(to: tensors) {
            return refuse(slot, of: name, objection)
        }
        guard Set(peer.stash.keys.map(\.step) + [slot.step]).count <= limits.window else {
            return refuse(slot, of: name, "it is more than \(limits.window) steps ahead")
        }
        peers[name]?.stash[slot] = Knowledge(
            epoch: position.epoch, step: position.step, phase: position.phase,
            batchDigest: position.batchDigest, tensors: tensors)
        if peer.isLate {
            peers[name]?.isLate = false
            actions.append(.notice("'\(name)' takes part again at \(slot)"))
        }
        if case .gather(slot, _, _) = request { lastArrival = name }
    }

    /// Knowledge that cannot be used ends the run, unless the learner can go on without.
    private mutating func refuse(_ slot: Slot, of name: String, _ objection: String) {
        peers[name]?.stash[slot] = nil
        let problem = "the knowledge of '\(name)' at \(slot) cannot be used: \(objection)"
        guard peers[name]?.isOptional == true else { return fail(65, problem) }
        complain(problem)
    }

    mutating func tryToGather(
        _ slot: Slot, batchDigest: UInt64, roll: [String]?, at now: Duration
    ) {
        let expected = teachers(teachingAt: slot).filter { roll?.contains($0) ?? true }
        for teacher in expected {
            judge(teacher, at: slot, batchDigest)
        }
        if case .failed = stage { return }
        guard teachersAwaited(slot, roll, at: now).isEmpty else { return }
        let knowledge = expected.compactMap { name in
            peers[name]?.stash[slot].map { (sender: name, knowledge: $0) }
        }
        let absent = expected.filter { peers[$0]?.stash[slot] == nil }.map { name in
            Absence(name, reason: absence(of: name, at: slot, now) ?? "it is not there")
        }
        for absence in absent where peers[absence.name]?.isLate == false {
            peers[absence.name]?.isLate = true
            actions.append(
                .notice("going on without '\(absence.name)' at \(slot): \(absence.reason)"))
        }
        for name in teachers { peers[name]?.forget(upTo: slot) }
        gathered = slot
        answer(
            .gathered(
                Gathering(
                    knowledge: knowledge, absent: absent, waited: now - requestWait.since,
                    waitedFor: lastArrival)))
    }

    /// Refuses a teacher that will not teach at `slot`, or not what is needed.
    private mutating func judge(_ teacher: String, at slot: Slot, _ batchDigest: UInt64) {
        guard let peer = peers[teacher] else { return }
        guard let knowledge = peer.stash[slot] else {
            if !peer.isOptional, peer.isGone || peer.end.map({ $0 < slot }) == true {
                let when = peer.end.map { "ended at \($0)" } ?? "has ended"
                fail(69, "'\(teacher)' \(when), and its knowledge of \(slot) is needed")
            }
            return
        }
        if let objection = check.objection(to: knowledge, besideBatch: batchDigest)
            ?? check.objection(to: knowledge, lacking: lanes.from[teacher]!.cargo(at: slot))
        {
            refuse(slot, of: teacher, objection)
        }
    }

    /// Gives the teachers their credit.
    mutating func use() {
        used = gathered
        acknowledge()
        settleEnds()
    }

    /// Tells every teacher what has been used; said again at every beat, as a sign of life.
    mutating func acknowledge() {
        let teachers = teachers.filter { peers[$0]?.stillTeaches == true }
        guard let used else { return sendBack(.alive, Position(), to: teachers) }
        sendBack(.acknowledge, Position(step: used.step, phase: used.phase), to: teachers)
    }

    /// Tells teachers from where on their knowledge is needed, and what will not be needed again.
    mutating func tellPlace(to names: [String]) {
        guard end == nil else { return }
        ask(names, from: gathered?.next ?? Slot(step: 0, phase: .before))
        tellCheckpoint(to: names)
    }

    /// Asks for what was published at `slot` and after it.
    mutating func ask(_ names: [String], from slot: Slot) {
        sendBack(.need, Position(step: slot.step, phase: slot.phase), to: names)
    }

    mutating func tellCheckpoint(to names: [String]) {
        guard let checkpoints else { return }
        let step = min(checkpoints.oldest, Int(Int32.max))
        sendBack(
            .checkpoint, Position(step: step), to: names.filter { peers[$0]?.isTeacher == true })
    }
}
