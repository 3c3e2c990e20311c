import CohortGraph

/// Gathering from the teachers.
extension Lockstep {
    private var check: KnowledgeCheck { KnowledgeCheck(classes: identity.classes) }

    /// What is to be gathered at a step and round, from whom.
    func gathering(
        _ stepRound: StepRound, _ digest: UInt64?, _ attendance: Attendance?
    ) -> PendingGather {
        let due = teachersDue(stepRound, attendance)
        let isLimited = attendance == nil && due.contains { peers[$0]?.role.isOptional == true }
        return PendingGather(
            stepRound: stepRound, batchDigest: digest, attendance: attendance, due: due,
            isLimited: isLimited)
    }

    /// The teachers whose knowledge is waited for.
    func teachersAwaited(_ gather: PendingGather, at now: Duration) -> [String] {
        let awaited = gather.due.filter { isAwaited($0, by: gather, now) }
        guard gather.attendance == nil, awaited.isEmpty, !hasQuorum(gather) else { return awaited }
        return gather.due.filter { !hasPublished($0, at: gather.stepRound) }
    }

    /// Has every teacher looked at again, not only one that is known to be waited for.
    mutating func lookAtAllAwaited() {
        guard var gather, gather.stillAwaited != nil || gather.isBelowQuorum else { return }
        gather.stillAwaited = nil
        gather.isBelowQuorum = false
        self.gather = gather
    }

    /// The teachers of a step and round, but for those that an earlier life went on without; what
    /// an earlier life waited for and could not use is judged once more.
    func teachersDue(_ stepRound: StepRound, _ attendance: Attendance?) -> [String] {
        teachers.filter { name in
            links.from[name]?.tensorsDue(at: stepRound).isEmpty == false
                && (attendance?.taught.contains(name) ?? true
                    || peers[name]?.role.isOptional == false)
        }
    }

    /// Why a step goes on without a teacher; nil where it must be waited for.
    private func absence(of name: String, at stepRound: StepRound, _ now: Duration) -> String? {
        guard let peer = peers[name], peer.role.isOptional else { return nil }
        if peer.life.isGone { return "it has left" }
        if let end = peer.farewell.end, end < stepRound { return "it has ended" }
        if peer.inbound.isLate { return "it is late" }
        return now - pendingSince >= limits.missing ? "it did not come in time" : nil
    }

    /// Whether enough learners take part, this one among them.
    func isQuorum(present: Int, of others: Int) -> Bool {
        switch limits.quorum {
        case .none: true
        case .majority: 2 * (present + 1) > others + 1
        case .atLeast(let count): present + 1 >= min(count, others + 1)
        }
    }

    /// Puts a teacher's knowledge into its inbox, until it is gathered.
    mutating func take(_ tensors: [KnowledgeTensor], at position: Position, from name: String) {
        let stepRound = StepRound(position)
        guard let peer = peers[name], let link = links.from[name],
            !hasPublished(name, at: stepRound),
            end == nil, lastSettled(of: peer).map({ $0 < stepRound }) ?? true
        else { return }
        guard peer.inbound.hasRoom(for: stepRound, window: limits.window) else {
            return warn(
                "ignored the knowledge of '\(name)' at \(stepRound): it is more than "
                    + "\(limits.window) steps ahead")
        }
        let needed = link.tensorsDue(at: stepRound)
        guard !needed.isEmpty else {
            return warn(
                "ignored the knowledge of '\(name)' at \(stepRound): it teaches nothing then")
        }
        // What is not due is not even read.
        let asked = tensors.filter { needed.contains($0.name) }
        if let objection = check.objection(to: tensors, over: link, at: stepRound)
            ?? check.objection(to: asked, under: { link.contract($0, position.round) })
        {
            peers[name]?.inbound.reject(stepRound, objection)
        } else {
            peers[name]?.inbound.add(
                Knowledge(
                    epoch: position.epoch, step: position.step, round: position.round,
                    batchDigest: position.batchDigest, tensors: asked))
        }
        peers[name]?.inbound.late?.noteKnowledge()
        if peer.inbound.isLate, gathered.map({ $0 < stepRound }) ?? true {
            peers[name]?.inbound.isLate = false
            actions.append(.notice("'\(name)' takes part again at \(stepRound)"))
        }
        if gather?.stepRound == stepRound { gather?.lastArrival = name }
    }

    mutating func tryToGather(_ pending: PendingGather, at now: Duration) {
        guard let pending = unlessStillWaiting(pending, now) else { return }
        for teacher in pending.due where !quarantine.holds(teacher, at: pending.stepRound.step) {
            inspect(teacher, at: pending.stepRound, pending.batchDigest)
        }
        if case .failed = stage { return }
        var gather = pending
        gather.stillAwaited = lastAwaited(gather, now)
        gather.isBelowQuorum =
            gather.stillAwaited == nil && gather.attendance == nil && !hasQuorum(gather)
        self.gather = gather
        guard gather.stillAwaited == nil, !gather.isBelowQuorum else { return }
        complete(gather, at: now)
    }

    /// Answers with all that is there, and settles it.
    private mutating func complete(_ gather: PendingGather, at now: Duration) {
        let stepRound = gather.stepRound
        let late = gather.attendance == nil ? late(before: stepRound) : []
        let absent = gather.due.compactMap { name in
            judgeAbsence(of: name, at: stepRound, now).map { Absence(name, reason: $0) }
        }
        let missing = absent.map(\.name)
        let knowledge = gather.due.filter { !missing.contains($0) }.compactMap { name in
            peers[name]?.inbound.inbox[stepRound].map { (sender: name, knowledge: $0) }
        }
        gathered = stepRound
        for name in teachers {
            if acceptsLate(name) {
                settleLate(name, at: stepRound, gather.attendance)
            } else {
                peers[name]?.inbound.discard(upTo: stepRound)
            }
        }
        answer(
            .gathered(
                Gathering(
                    knowledge: knowledge, late: late, absent: absent, waited: now - pendingSince,
                    waitedFor: gather.lastArrival)))
    }

    /// Whether a step must not go on without a teacher's knowledge.
    private func isAwaited(_ name: String, by gather: PendingGather, _ now: Duration) -> Bool {
        let stepRound = gather.stepRound
        return !hasPublished(name, at: stepRound) && !quarantine.holds(name, at: stepRound.step)
            && (gather.attendance != nil || absence(of: name, at: stepRound, now) == nil)
    }

    /// What is to be gathered; nil where it could not go on before and still cannot, as nothing but
    /// routine has come since. Then the others need no look.
    private mutating func unlessStillWaiting(
        _ gather: PendingGather, _ now: Duration
    ) -> PendingGather? {
        if gather.isBelowQuorum { return hasQuorum(gather) ? gather : nil }
        guard let name = gather.stillAwaited else { return gather }
        if isAwaited(name, by: gather, now) { return nil }
        var gather = gather
        gather.stillAwaited = lastAwaited(gather, now)
        self.gather = gather
        return gather.stillAwaited == nil ? gather : nil
    }

    private func hasQuorum(_ gather: PendingGather) -> Bool {
        isQuorum(
            present: gather.due.count { hasPublished($0, at: gather.stepRound) },
            of: gather.due.count)
    }

    private func lastAwaited(_ gather: PendingGather, _ now: Duration) -> String? {
        gather.due.last { isAwaited($0, by: gather, now) }
    }

    private func hasPublished(_ name: String, at stepRound: StepRound) -> Bool {
        peers[name]?.inbound.holds(stepRound) == true
    }

    /// Refuses a teacher that will not teach at `stepRound`, and what is of another batch.
    private mutating func inspect(
        _ teacher: String, at stepRound: StepRound, _ batchDigest: UInt64?
    ) {
        let check = check
        let hasPublished = peers[teacher]?.inbound.judge(stepRound) {
            check.objection(to: $0, besideBatch: batchDigest)
        }
        guard hasPublished == false, let peer = peers[teacher], !peer.role.isOptional,
            peer.life.isGone || peer.farewell.end.map({ $0 < stepRound }) == true
        else { return }
        let when = peer.farewell.end.map { "ended at \($0)" } ?? "has ended"
        fail(.unavailable, "'\(teacher)' \(when), and its knowledge of \(stepRound) is needed")
    }

    /// Why a teacher's knowledge of a step and round is not used, where that is so; who sent what
    /// cannot be used is held to it.
    private mutating func judgeAbsence(
        of name: String, at stepRound: StepRound, _ now: Duration
    ) -> String? {
        if quarantine.holds(name, at: stepRound.step) { return "it is in quarantine" }
        if let objection = objection(to: name, at: stepRound) {
            let consequence = quarantine.strike(name, at: stepRound.step)
            actions.append(
                .notice(
                    "the knowledge of '\(name)' at \(stepRound) is not used: \(objection) "
                        + "(\(consequence))"))
            return objection
        }
        guard !hasPublished(name, at: stepRound) else { return nil }
        let reason = absence(of: name, at: stepRound, now) ?? "it is not there"
        if isInTime(name) {
            peers[name]?.inbound.isLate = true
            actions.append(.notice("going on without '\(name)' at \(stepRound): \(reason)"))
        }
        return reason
    }

    private func objection(to name: String, at stepRound: StepRound) -> String? {
        peers[name]?.inbound.rejected[stepRound]
    }

    private func isInTime(_ name: String) -> Bool { peers[name]?.inbound.isLate == false }

    /// Gives those their credit that have taught something.
    mutating func noteUse() {
        used = gathered
        if let used {
            acknowledge(
                to: teachers.filter { name in
                    guard !acceptsLate(name) else {
                        return peers[name]?.inbound.late?.credit() == true
                    }
                    return links.from[name]?.tensorsDue(at: used).isEmpty == false
                        && !willReceiveMore(name, after: used)
                })
        }
        settleEnds()
    }

    /// Whether a neighbour will see from what it is sent at the next step that a step and round was
    /// used.
    private func willReceiveMore(_ name: String, after used: StepRound) -> Bool {
        guard let peer = peers[name], let link = links.to[name] else { return false }
        return schedule.batchRounds.contains { round in
            let stepRound = StepRound(step: used.step + 1, round: round)
            return !link.tensorsDue(at: stepRound).isEmpty
                && peer.receivesAtOnce(stepRound, window: limits.window)
        }
    }

    /// Acknowledges to teachers what was used; repeated at every beat, as a sign of life.
    mutating func acknowledge(to names: [String]) {
        let teachers = names.filter { peers[$0]?.stillTeaches == true }
        acknowledge(used, to: teachers.filter { !acceptsLate($0) })
        for name in teachers where acceptsLate(name) {
            acknowledge(peers[name]?.inbound.late?.credited, to: [name])
        }
    }

    private mutating func acknowledge(_ used: StepRound?, to teachers: [String]) {
        guard let used else { return sendBack(.alive, Position(), to: teachers) }
        sendBack(.acknowledge, Position(step: used.step, round: used.round), to: teachers)
    }

    var greetedTeachers: [String] { teachers.filter { peers[$0]?.life.greeted == true } }

    /// Sends teachers from where on their knowledge is needed, and what will not be needed again.
    mutating func sendNeeds(to names: [String]) {
        guard end == nil else { return }
        if relay == nil || !isJoining {
            let places = Dictionary(grouping: names, by: firstNeeded(from:))
            for (stepRound, names) in places.sorted(by: { $0.key < $1.key }) {
                ask(names, from: stepRound)
            }
        }
        sendCheckpoints(to: names)
    }

    /// From where on a teacher's knowledge is needed.
    func firstNeeded(from teacher: String) -> StepRound {
        let next =
            lastSettled(of: peers[teacher]).map(schedule.next(after:)) ?? schedule.first(of: 0)
        guard let relay, relay.parent == teacher else { return next }
        return max(next, schedule.first(of: relay.start.firstTold))
    }

    /// Asks for what was published at `stepRound` and after it.
    mutating func ask(_ names: [String], from stepRound: StepRound) {
        sendBack(.need, Position(step: stepRound.step, round: stepRound.round), to: names)
    }

    mutating func sendCheckpoints(to teachers: [String]) {
        for (step, teachers) in checkpoints(for: teachers) {
            sendBack(.checkpoint, Position(step: min(step, Int(Int32.max))), to: teachers)
        }
    }

    /// The checkpoint that each teacher is sent, ascending.
    private func checkpoints(for teachers: [String]) -> [(step: Int, teachers: [String])] {
        guard relay != nil else { return checkpoints.map { [($0.oldest, teachers)] } ?? [] }
        return Dictionary(grouping: teachers, by: checkpoint(for:)).compactMap { step, names in
            step.map { ($0, names) }
        }.sorted { $0.step < $1.step }
    }

    /// The step before which a teacher need keep nothing; nil while that is not known.
    func checkpoint(for teacher: String) -> Int? {
        relay == nil ? checkpoints?.oldest : checkpointOfRelay(for: teacher)
    }
}
