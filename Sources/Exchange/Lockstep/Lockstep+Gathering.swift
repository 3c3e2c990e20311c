import CohortGraph

/// Gathering from the teachers.
extension Lockstep {
    private var check: KnowledgeCheck { KnowledgeCheck(classes: identity.classes) }

    /// The teachers whose knowledge is waited for.
    ///
    /// - Parameter roll: whose was used in an earlier life.
    func teachersAwaited(_ slot: Slot, _ roll: Attendance?, at now: Duration) -> [String] {
        let awaited = due.filter { isAwaited($0, at: slot, roll, now) }
        guard roll == nil, awaited.isEmpty, !hasQuorum(at: slot) else { return awaited }
        return due.filter { !hasTaught($0, at: slot) }
    }

    /// The teachers of a slot, but for those that an earlier life went on without; what an earlier life
    /// waited for and could not use is judged once more.
    func teachersDue(_ slot: Slot, _ roll: Attendance?) -> [String] {
        teachers.filter { name in
            lanes.from[name]?.tensorsDue(at: slot).isEmpty == false
                && (roll?.taught.contains(name) ?? true || peers[name]?.isOptional == false)
        }
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
        guard let peer = peers[name], let lane = lanes.from[name], !hasTaught(name, at: slot),
            end == nil, lastSettled(of: peer).map({ $0 < slot }) ?? true
        else { return }
        guard peer.mayHold(slot, window: limits.window) else {
            return complain(
                "ignored the knowledge of '\(name)' at \(slot): it is more than "
                    + "\(limits.window) steps ahead")
        }
        let needed = lane.tensorsDue(at: slot)
        guard !needed.isEmpty else {
            return complain(
                "ignored the knowledge of '\(name)' at \(slot): it teaches nothing then")
        }
        // What nobody asked for is not even read.
        let asked = tensors.filter { needed.contains($0.name) }
        if let objection = check.objection(to: tensors, over: lane, at: slot)
            ?? check.objection(to: asked) ?? check.objection(toSumsIn: asked, over: lane, at: slot)
        {
            peers[name]?.spoiled[slot] = objection
        } else {
            peers[name]?.stash[slot] = Knowledge(
                epoch: position.epoch, step: position.step, round: position.round,
                batchDigest: position.batchDigest, tensors: asked)
        }
        peers[name]?.signsOfLife = 0
        if peer.isLate, gathered.map({ $0 < slot }) ?? true {
            peers[name]?.isLate = false
            actions.append(.notice("'\(name)' takes part again at \(slot)"))
        }
        if case .gather(slot, _, _) = request { lastArrival = name }
    }

    mutating func tryToGather(
        _ slot: Slot, batchDigest: UInt64, roll: Attendance?, at now: Duration
    ) {
        if isStillWaiting(slot, roll, now) { return }
        for teacher in due where !quarantine.holds(teacher, at: slot.step) {
            inspect(teacher, at: slot, batchDigest)
        }
        if case .failed = stage { return }
        stillAwaited = lastAwaited(slot, roll, now)
        isBelowQuorum = stillAwaited == nil && roll == nil && !hasQuorum(at: slot)
        guard stillAwaited == nil, !isBelowQuorum else { return }
        let late = roll == nil ? late(before: slot) : []
        let absent = due.compactMap { name in
            excuse(name, at: slot, now).map { Absence(name, reason: $0) }
        }
        let missing = absent.map(\.name)
        let knowledge = due.filter { !missing.contains($0) }.compactMap { name in
            peers[name]?.stash[slot].map { (sender: name, knowledge: $0) }
        }
        gathered = slot
        for name in teachers {
            if keepsLate(name) {
                settleLate(name, at: slot, roll)
            } else {
                peers[name]?.forget(upTo: slot)
            }
        }
        answer(
            .gathered(
                Gathering(
                    knowledge: knowledge, late: late, absent: absent,
                    waited: now - requestWait.since,
                    waitedFor: lastArrival)))
    }

    /// Whether a step must not go on before a teacher is heard.
    private func isAwaited(
        _ name: String, at slot: Slot, _ roll: Attendance?, _ now: Duration
    ) -> Bool {
        !hasTaught(name, at: slot) && !quarantine.holds(name, at: slot.step)
            && (roll != nil || absence(of: name, at: slot, now) == nil)
    }

    /// Whether a step that could not go on still cannot, where nothing but routine has come since: then
    /// the others need no look.
    private mutating func isStillWaiting(
        _ slot: Slot, _ roll: Attendance?, _ now: Duration
    ) -> Bool {
        if isBelowQuorum { return !hasQuorum(at: slot) }
        guard let name = stillAwaited else { return false }
        if isAwaited(name, at: slot, roll, now) { return true }
        stillAwaited = lastAwaited(slot, roll, now)
        return stillAwaited != nil
    }

    private func hasQuorum(at slot: Slot) -> Bool {
        isQuorum(present: due.count { hasTaught($0, at: slot) }, of: due.count)
    }

    private func lastAwaited(_ slot: Slot, _ roll: Attendance?, _ now: Duration) -> String? {
        due.last { isAwaited($0, at: slot, roll, now) }
    }

    private func hasTaught(_ name: String, at slot: Slot) -> Bool {
        peers[name]?.stash.holds(slot) == true || peers[name]?.spoiled.holds(slot) == true
    }

    /// Refuses a teacher that will not teach at `slot`, and what is of another batch.
    private mutating func inspect(_ teacher: String, at slot: Slot, _ batchDigest: UInt64) {
        let check = check
        let hasTaught = peers[teacher]?.judge(slot) {
            check.objection(to: $0, besideBatch: batchDigest)
        }
        guard hasTaught == false, let peer = peers[teacher], !peer.isOptional,
            peer.isGone || peer.end.map({ $0 < slot }) == true
        else { return }
        let when = peer.end.map { "ended at \($0)" } ?? "has ended"
        fail(.unavailable, "'\(teacher)' \(when), and its knowledge of \(slot) is needed")
    }

    /// Why a teacher's knowledge of a slot is not used, where that is so; who sent what cannot be used
    /// is held to it.
    private mutating func excuse(_ name: String, at slot: Slot, _ now: Duration) -> String? {
        if quarantine.holds(name, at: slot.step) { return "it is in quarantine" }
        if let objection = objection(to: name, at: slot) {
            let consequence = quarantine.strike(name, at: slot.step)
            actions.append(
                .notice(
                    "the knowledge of '\(name)' at \(slot) is not used: \(objection) "
                        + "(\(consequence))"))
            return objection
        }
        guard !hasTaught(name, at: slot) else { return nil }
        let reason = absence(of: name, at: slot, now) ?? "it is not there"
        if isInTime(name) {
            peers[name]?.isLate = true
            actions.append(.notice("going on without '\(name)' at \(slot): \(reason)"))
        }
        return reason
    }

    private func objection(to name: String, at slot: Slot) -> String? {
        peers[name]?.spoiled[slot]
    }

    private func isInTime(_ name: String) -> Bool { peers[name]?.isLate == false }

    /// Gives those their credit that have taught something.
    mutating func use() {
        used = gathered
        if let used {
            acknowledge(
                to: teachers.filter { name in
                    guard !keepsLate(name) else { return credit(name) }
                    return lanes.from[name]?.tensorsDue(at: used).isEmpty == false
                        && !willBeTaught(name, after: used)
                })
        }
        settleEnds()
    }

    /// Whether a neighbour will see from what it is sent at the next step that a slot was used.
    private func willBeTaught(_ name: String, after used: Slot) -> Bool {
        guard let peer = peers[name], let lane = lanes.to[name] else { return false }
        return schedule.batchRounds.contains { round in
            let slot = Slot(step: used.step + 1, round: round)
            return !lane.tensorsDue(at: slot).isEmpty && peer.takes(slot, window: limits.window)
        }
    }

    /// Tells teachers what has been used; said again to all at every beat, as a sign of life.
    mutating func acknowledge(to names: [String]) {
        let teachers = names.filter { peers[$0]?.stillTeaches == true }
        acknowledge(used, to: teachers.filter { !keepsLate($0) })
        for name in teachers where keepsLate(name) {
            acknowledge(peers[name]?.credited, to: [name])
        }
    }

    private mutating func acknowledge(_ used: Slot?, to teachers: [String]) {
        guard let used else { return sendBack(.alive, Position(), to: teachers) }
        sendBack(.acknowledge, Position(step: used.step, round: used.round), to: teachers)
    }

    var greetedTeachers: [String] { teachers.filter { peers[$0]?.greeted == true } }

    /// Tells teachers from where on their knowledge is needed, and what will not be needed again.
    mutating func tellPlace(to names: [String]) {
        guard end == nil else { return }
        if relay == nil || !isJoining {
            let places = Dictionary(grouping: names, by: place(beside:))
            for (slot, names) in places.sorted(by: { $0.key < $1.key }) {
                ask(names, from: slot)
            }
        }
        tellCheckpoint(to: names)
    }

    /// From where on a teacher's knowledge is needed.
    func place(beside teacher: String) -> Slot {
        let next =
            lastSettled(of: peers[teacher]).map(schedule.next(after:)) ?? schedule.first(of: 0)
        guard let relay, relay.parent == teacher else { return next }
        return max(next, schedule.first(of: relay.start.firstTold))
    }

    /// Asks for what was published at `slot` and after it.
    mutating func ask(_ names: [String], from slot: Slot) {
        sendBack(.need, Position(step: slot.step, round: slot.round), to: names)
    }

    mutating func tellCheckpoint(to teachers: [String]) {
        for (step, teachers) in checkpoints(toldTo: teachers) {
            sendBack(.checkpoint, Position(step: min(step, Int(Int32.max))), to: teachers)
        }
    }

    /// What is told to which teachers, ascending.
    private func checkpoints(toldTo teachers: [String]) -> [(step: Int, teachers: [String])] {
        guard relay != nil else { return checkpoints.map { [($0.oldest, teachers)] } ?? [] }
        return Dictionary(grouping: teachers, by: checkpoint(toldTo:)).compactMap { step, names in
            step.map { ($0, names) }
        }.sorted { $0.step < $1.step }
    }

    /// What a teacher is told that it need not keep; nil where nothing can be said yet.
    func checkpoint(toldTo teacher: String) -> Int? {
        relay == nil ? checkpoints?.oldest : checkpointOfRelay(toldTo: teacher)
    }
}
