import CohortGraph

/// Publishing to the students.
extension Lockstep {
    /// The students that are taught something at a slot.
    private func students(taughtAt slot: Slot) -> [String] {
        students.filter { lanes.to[$0]?.tensorsDue(at: slot).isEmpty == false }
    }

    /// The students that are too far behind to be taught at `slot` now.
    func pupilsBehind(_ slot: Slot) -> [String] {
        students(taughtAt: slot).filter {
            peers[$0]?.isOptional == false
                && peers[$0]?.admits(step: slot.step, window: limits.window) == false
        }
    }

    /// Lets knowledge be written down as soon as it may be sent; what an earlier life published is
    /// written down already.
    mutating func tryToPublish(_ knowledge: Knowledge) {
        let slot = Slot(knowledge)
        precondition(published.map { $0 < slot } ?? true, "steps and rounds must ascend")
        guard kept?.holds(slot) != true else { return answer(.done) }
        guard isSmallEnough(knowledge), pupilsBehind(slot).isEmpty else { return }
        if !hasRoom(for: knowledge.byteCount) { makeRoom() }
        guard hasRoom(for: knowledge.byteCount) else { return giveUpIfFullForGood() }
        answer(.done)
    }

    private mutating func isSmallEnough(_ knowledge: Knowledge) -> Bool {
        let size = WireCodec.byteCount(of: message(of: knowledge, knowledge.tensors.map(\.name)))
        guard size > limits.messageBytes else { return true }
        fail(
            .configuration,
            "the knowledge of \(Slot(knowledge)) has \(size) bytes, the limit is "
                + "\(limits.messageBytes): use a smaller batch, fewer taps or a codec")
        return false
    }

    /// Sends what is written down to those that can take it now.
    mutating func distribute(_ knowledge: Knowledge) {
        let slot = Slot(knowledge)
        published = slot
        frontier = max(frontier, slot.step + 1)
        if kept?.holds(slot) != true {
            kept?.add(slot, knowledge.byteCount)
            for name in students(taughtAt: slot) {
                guard let peer = peers[name], !peer.isSettled, !peer.hasUsed(slot) else { continue }
                peers[name]?.outstanding.append(slot)
            }
        }
        let ready = students(taughtAt: slot).filter { name in
            guard let peer = peers[name] else { return false }
            return peer.mayBeSentNext(window: limits.window) && peer.outstanding[peer.sent] == slot
        }
        for (tensorsDue, names) in Dictionary(
            grouping: ready, by: { lanes.to[$0]!.tensorsDue(at: slot) }
        )
        .sorted(by: { $0.value[0] < $1.value[0] }) {
            for name in names { peers[name]?.sent += 1 }
            let message = message(of: knowledge, tensorsDue, usedSteps: stepsUsed(before: slot))
            send(message.content, message.position, to: names)
        }
    }

    /// How many steps are done with all that was taught, when what is published at a slot is new.
    private func stepsUsed(before slot: Slot) -> Int {
        used.map { min(slot.step, $0.step + 1) } ?? 0
    }

    /// Teaches a student what it has missed, or what was too much for it before.
    mutating func teachAgain(_ knowledge: Knowledge, to name: String) {
        guard peers[name]?.isSettled == false, let lane = lanes.to[name] else { return }
        // It may be long ago that it was new.
        let message = message(
            of: knowledge, lane.tensorsDue(at: Slot(knowledge)), usedSteps: used?.step ?? 0)
        send(message.content, message.position, to: [name])
    }

    /// What carries the tensors of these names.
    private func message(
        of knowledge: Knowledge, _ tensorsDue: [String], usedSteps: Int = 0
    ) -> Message {
        Message(
            sender: identity.sender,
            position: Position(
                epoch: knowledge.epoch, step: knowledge.step, round: knowledge.round,
                batchDigest: knowledge.batchDigest, usedSteps: usedSteps),
            content: .knowledge(knowledge.tensors.filter { tensorsDue.contains($0.name) }))
    }

    /// Has as much as may be under way recalled for a student.
    mutating func supply(_ name: String) {
        guard kept != nil else { return }
        while let slot = peers[name]?.takeNext(window: limits.window) {
            actions.append(.recall(slot, for: name))
        }
    }

    /// A student says from where on it needs what this learner publishes. It may have said so long ago.
    mutating func teach(_ name: String, from slot: Slot) {
        guard let kept, let lane = lanes.to[name], let peer = peers[name], peer.isPupil,
            lane.keepsLate || slot.step >= peer.checkpointOfLife ?? 0
        else { return }
        let slots = kept.slots.filter { $0 >= slot && !lane.tensorsDue(at: $0).isEmpty }
        peers[name]?.outstanding = slots
        peers[name]?.sent = 0
        peers[name]?.isPlaced = true
        peers[name]?.acknowledged = schedule.last(before: slot.step)
        if !peer.isOptional, hasReleased(from: slot, of: lane) {
            return refuseTooOld(slot, of: name)
        }
        supply(name)
    }

    /// Whether something that travelled at `slot` or after it can no longer be recalled.
    private func hasReleased(from slot: Slot, of lane: Lane) -> Bool {
        let gone = min(released, frontier)
        guard slot.step < gone else { return false }
        return (slot.step..<gone).contains { step in
            schedule.rounds.map { Slot(step: step, round: $0) }.contains {
                $0 >= slot && !lane.tensorsDue(at: $0).isEmpty
            }
        }
    }

    private mutating func refuseTooOld(_ slot: Slot, of name: String) {
        send(
            .refuse(
                Refusal(
                    .tooOld,
                    "'\(name)' needs what was published at \(slot), and the journal of"
                        + " '\(identity.name)' goes back to step \(released) alone: no checkpoint of"
                        + " '\(name)' stands after so few steps; begin a new run")), to: [name])
    }
}

extension Slot {
    init(_ knowledge: Knowledge) {
        self.init(step: knowledge.step, round: knowledge.round)
    }
}

extension Knowledge {
    /// About as much as a journal takes for it.
    package var byteCount: Int {
        tensors.reduce(64) { $0 + $1.payload.count + $1.name.utf8.count + 4 * $1.shape.count + 16 }
    }
}
