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

    /// The teachers whose knowledge of `slot` has not come and is not done without.
    func teachersMissing(_ slot: Slot) -> [String] {
        teachers(teachingAt: slot).filter {
            peers[$0]?.stash[slot] == nil && peers[$0]?.spoiled[slot] == nil
                && !quarantine.holds($0, at: slot.step)
        }
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
        guard let peer = peers[name], let lane = lanes.from[name], peer.stash[slot] == nil,
            peer.spoiled[slot] == nil, end == nil, gathered.map({ $0 < slot }) ?? true
        else { return }
        let known = Set(peer.stash.keys).union(peer.spoiled.keys).union([slot])
        guard Set(known.map(\.step)).count <= limits.window else {
            return complain(
                "ignored the knowledge of '\(name)' at \(slot): it is more than "
                    + "\(limits.window) steps ahead")
        }
        // What nobody asked for is not even read.
        let needed = lane.cargo(at: slot)
        let asked = tensors.filter { needed.contains($0.name) }
        if let objection = check.objection(to: tensors, over: lane, at: slot)
            ?? check.objection(to: asked)
        {
            peers[name]?.spoiled[slot] = objection
        } else {
            peers[name]?.stash[slot] = Knowledge(
                epoch: position.epoch, step: position.step, phase: position.phase,
                batchDigest: position.batchDigest, tensors: asked)
        }
        if case .gather(slot, _) = request { lastArrival = name }
    }

    mutating func tryToGather(_ slot: Slot, batchDigest: UInt64, at now: Duration) {
        let expected = teachers(teachingAt: slot)
        for teacher in expected where !quarantine.holds(teacher, at: slot.step) {
            guard let peer = peers[teacher] else { continue }
            if let end = peer.end, end < slot {
                return fail(
                    69, "'\(teacher)' ended at \(end), and its knowledge of \(slot) is needed")
            }
            if let knowledge = peer.stash[slot],
                let objection = check.objection(to: knowledge, besideBatch: batchDigest)
            {
                peers[teacher]?.stash[slot] = nil
                peers[teacher]?.spoiled[slot] = objection
            }
        }
        guard teachersMissing(slot).isEmpty else { return }
        let absent = judge(expected, at: slot)
        let missing = absent.map(\.name)
        let knowledge = expected.filter { !missing.contains($0) }.compactMap { name in
            peers[name]?.stash[slot].map { (sender: name, knowledge: $0) }
        }
        use(upTo: slot)
        answer(
            .gathered(
                Gathering(
                    knowledge: knowledge, absent: absent, waited: now - requestWait.since,
                    waitedFor: lastArrival)))
    }

    /// Whose knowledge of a slot is not used, and why; who sent what cannot be used is held to it.
    private mutating func judge(_ teachers: [String], at slot: Slot) -> [Absence] {
        var absent: [Absence] = []
        for name in teachers {
            if quarantine.holds(name, at: slot.step) {
                absent.append(Absence(name, reason: "it is in quarantine"))
            } else if let objection = peers[name]?.spoiled[slot] {
                absent.append(Absence(name, reason: objection))
                let consequence = quarantine.strike(name, at: slot.step)
                actions.append(
                    .notice(
                        "the knowledge of '\(name)' at \(slot) is not used: \(objection) "
                            + "(\(consequence))"))
            }
        }
        return absent
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
