import CohortGraph

/// Publishing to the students.
extension Lockstep {
    /// The students that receive something of a step and round.
    private func students(dueAt stepRound: StepRound) -> [String] {
        students.filter { links.to[$0]?.tensorsDue(at: stepRound).isEmpty == false }
    }

    /// The students that are too far behind to receive anything of `stepRound` now.
    func studentsBehind(_ stepRound: StepRound) -> [String] {
        students(dueAt: stepRound).filter {
            peers[$0]?.role.isOptional == false
                && peers[$0]?.admits(step: stepRound.step, window: limits.window) == false
        }
    }

    /// Lets knowledge be written down as soon as it may be sent; what an earlier life published is
    /// written down already.
    mutating func tryToPublish(_ knowledge: Knowledge) {
        let stepRound = StepRound(knowledge)
        precondition(published.map { $0 < stepRound } ?? true, "steps and rounds must ascend")
        guard retention?.holds(stepRound) != true else { return answer(.done) }
        guard isSmallEnough(knowledge), studentsBehind(stepRound).isEmpty else { return }
        if !hasRoom(for: knowledge.byteCount) { makeRoom() }
        guard hasRoom(for: knowledge.byteCount) else { return failIfFullForGood() }
        answer(.done)
    }

    private mutating func isSmallEnough(_ knowledge: Knowledge) -> Bool {
        let size = WireCodec.byteCount(of: message(of: knowledge, knowledge.tensors.map(\.name)))
        guard size > limits.messageBytes else { return true }
        fail(
            .configuration,
            "the knowledge of \(StepRound(knowledge)) has \(size) bytes, the limit is "
                + "\(limits.messageBytes): use a smaller batch, fewer taps or a codec")
        return false
    }

    /// Sends what is written down to those that can take it now.
    mutating func distribute(_ knowledge: Knowledge) {
        let stepRound = StepRound(knowledge)
        published = stepRound
        let receivers = students(dueAt: stepRound)
        if retention?.holds(stepRound) != true {
            retention?.add(stepRound, knowledge.byteCount)
            for name in receivers {
                guard let peer = peers[name], !peer.isSettled,
                    !peer.outbound.lookAhead.hasUsed(stepRound)
                else { continue }
                peers[name]?.outbound.lookAhead.add(stepRound)
            }
        }
        let ready = receivers.filter { name in
            guard let peer = peers[name] else { return false }
            return peer.mayReceiveNext(window: limits.window)
                && peer.outbound.lookAhead.isNext(stepRound)
        }
        let groups = Dictionary(grouping: ready) { links.to[$0]!.tensorsDue(at: stepRound) }
        for (tensorsDue, names) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
            for name in names { _ = peers[name]?.outbound.lookAhead.takeNext() }
            let message = message(
                of: knowledge, tensorsDue, usedSteps: stepsUsed(before: stepRound))
            send(message.content, message.position, to: names)
        }
    }

    /// How many steps are done with all that was gathered, when what is published now is new.
    private func stepsUsed(before stepRound: StepRound) -> Int {
        used.map { min(stepRound.step, $0.step + 1) } ?? 0
    }

    /// Sends a student what it has missed, or what was beyond the window before.
    mutating func sendRecalled(_ knowledge: Knowledge, to name: String) {
        guard peers[name]?.isSettled == false, let link = links.to[name] else { return }
        // It may be long ago that it was new.
        let message = message(
            of: knowledge, link.tensorsDue(at: StepRound(knowledge)), usedSteps: used?.step ?? 0)
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
    mutating func recallNext(for name: String) {
        guard retention != nil else { return }
        while let stepRound = peers[name]?.takeNext(window: limits.window) {
            actions.append(.recall(stepRound, for: name))
        }
    }

    /// Sends a student again what it needs: all from `stepRound` on. It may have asked for it long
    /// ago.
    mutating func resend(to name: String, from stepRound: StepRound) {
        guard let retention, let link = links.to[name], let peer = peers[name], peer.role.isStudent,
            link.acceptsLate || stepRound.step >= peer.outbound.checkpointOfLife ?? 0
        else { return }
        let stepRounds = retention.stepRounds.filter {
            $0 >= stepRound && !link.tensorsDue(at: $0).isEmpty
        }
        peers[name]?.outbound.lookAhead.restart(
            with: stepRounds, acknowledged: schedule.last(before: stepRound.step))
        peers[name]?.outbound.isPlaced = true
        if !peer.role.isOptional, hasLost(from: stepRound, of: link, in: retention) {
            return refuseTooOld(stepRound, of: name)
        }
        recallNext(for: name)
    }

    /// Whether something that travelled at `stepRound` or after it can no longer be recalled.
    private func hasLost(
        from stepRound: StepRound, of link: Link, in retention: Retention
    ) -> Bool {
        retention.lost(from: stepRound).contains { step in
            schedule.rounds.map { StepRound(step: step, round: $0) }.contains {
                $0 >= stepRound && !link.tensorsDue(at: $0).isEmpty
            }
        }
    }

    private mutating func refuseTooOld(_ stepRound: StepRound, of name: String) {
        let text =
            "'\(name)' needs what was published at \(stepRound), and the journal of"
            + " '\(identity.name)' goes back to step \(retention?.released ?? 0) alone: no"
            + " checkpoint of '\(name)' stands after so few steps; begin a new run"
        send(.refuse(Refusal(.tooOld, text)), to: [name])
    }
}

extension StepRound {
    init(_ knowledge: Knowledge) {
        self.init(step: knowledge.step, round: knowledge.round)
    }
}

extension Knowledge {
    /// About as much as a journal takes for it.
    package var byteCount: Int {
        tensors.reduce(Self.headBytes) {
            $0 + Self.byteCount(of: $1.name, $1.shape, payload: $1.payload.count)
        }
    }

    /// About as much as a journal takes for what is published at once, beside its tensors.
    package static let headBytes = 64

    /// About as much as a journal takes for one tensor.
    package static func byteCount(of tensor: String, _ shape: [Int], payload: Int) -> Int {
        payload + tensor.utf8.count + 4 * shape.count + 16
    }
}
