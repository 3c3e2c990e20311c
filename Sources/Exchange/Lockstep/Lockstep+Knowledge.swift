import CohortGraph

/// Publishing to the pupils, and gathering from the teachers.
extension Lockstep {
    private var check: KnowledgeCheck { KnowledgeCheck(classes: identity.classes) }

    /// The pupils that are taught something at a slot.
    private func pupils(taughtAt slot: Slot) -> [String] {
        pupils.filter { lanes.to[$0]?.cargo(at: slot).isEmpty == false }
    }

    /// The teachers that teach something at a slot.
    private func teachers(teachingAt slot: Slot) -> [String] {
        teachers.filter { lanes.from[$0]?.cargo(at: slot).isEmpty == false }
    }

    /// The pupils that are too far behind to be taught at `slot` now.
    func pupilsBehind(_ slot: Slot) -> [String] {
        pupils(taughtAt: slot).filter {
            peers[$0]?.admits(step: slot.step, window: limits.window) == false
        }
    }

    /// The teachers whose knowledge of `slot` has not come.
    func teachersMissing(_ slot: Slot) -> [String] {
        teachers(teachingAt: slot).filter { peers[$0]?.stash[slot] == nil }
    }

    mutating func tryToPublish(_ knowledge: Knowledge) {
        let slot = Slot(step: knowledge.step, phase: knowledge.phase)
        precondition(published.map { $0 < slot } ?? true, "steps and phases must ascend")
        guard pupilsBehind(slot).isEmpty else { return }
        let receivers = pupils(taughtAt: slot).filter { peers[$0]?.end == nil }
        for (cargo, names) in Dictionary(grouping: receivers, by: { lanes.to[$0]!.cargo(at: slot) })
            .sorted(by: { $0.value[0] < $1.value[0] })
        {
            guard teach(knowledge, cargo, to: names) else { return }
        }
        published = slot
        answer(.done)
    }

    /// Sends the tensors of these names, unless they are too large.
    private mutating func teach(
        _ knowledge: Knowledge, _ cargo: [String], to names: [String]
    ) -> Bool {
        let slot = Slot(step: knowledge.step, phase: knowledge.phase)
        let position = Position(
            epoch: knowledge.epoch, step: knowledge.step, phase: knowledge.phase,
            batchDigest: knowledge.batchDigest)
        let content = Content.knowledge(knowledge.tensors.filter { cargo.contains($0.name) })
        let size = WireCodec.byteCount(
            of: Message(sender: identity.sender, position: position, content: content))
        guard size <= limits.messageBytes else {
            fail(
                78,
                "the knowledge of \(slot) has \(size) bytes, the limit is "
                    + "\(limits.messageBytes): use a smaller batch, fewer taps or a codec")
            return false
        }
        for pupil in names { peers[pupil]?.outstanding.append(slot) }
        send(content, position, to: names)
        return true
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
        if case .gather(slot, _) = request { lastArrival = name }
    }

    /// The policy `wait`: knowledge that cannot be used ends the run.
    private mutating func refuse(_ slot: Slot, of name: String, _ objection: String) {
        fail(65, "the knowledge of '\(name)' at \(slot) cannot be used: \(objection)")
    }

    mutating func tryToGather(_ slot: Slot, batchDigest: UInt64, at now: Duration) {
        let expected = teachers(teachingAt: slot)
        for teacher in expected {
            guard let peer = peers[teacher] else { continue }
            if let end = peer.end, end < slot {
                return fail(
                    69, "'\(teacher)' ended at \(end), and its knowledge of \(slot) is needed")
            }
            if let knowledge = peer.stash[slot],
                let objection = check.objection(to: knowledge, besideBatch: batchDigest)
                    ?? check.objection(to: knowledge, lacking: lanes.from[teacher]!.cargo(at: slot))
            {
                return refuse(slot, of: teacher, objection)
            }
        }
        guard teachersMissing(slot).isEmpty else { return }
        let knowledge = expected.compactMap { name in
            peers[name]?.stash[slot].map { (sender: name, knowledge: $0) }
        }
        use(upTo: slot)
        answer(
            .gathered(
                Gathering(
                    knowledge: knowledge, waited: now - requestWait.since,
                    waitedFor: lastArrival)))
    }

    /// Forgets what is used, and gives the teachers their credit.
    private mutating func use(upTo slot: Slot) {
        for name in teachers {
            peers[name]?.forget(upTo: slot)
        }
        gathered = slot
        acknowledge()
        settleEnds()
    }

    /// Tells every teacher what has been used; said again at every beat, as a sign of life.
    mutating func acknowledge() {
        let teachers = teachers.filter { peers[$0]?.greeted == true && peers[$0]?.end == nil }
        guard let gathered else { return sendBack(.alive, Position(), to: teachers) }
        sendBack(
            .acknowledge, Position(step: gathered.step, phase: gathered.phase), to: teachers)
    }
}
