import CohortGraph

/// All that a learner records of one neighbour.
struct Peer: Sendable {
    /// What the configuration says of a neighbour.
    struct Role: Sendable {
        var isTeacher: Bool
        var isStudent: Bool
        /// Neither side waits for the other.
        var isOptional: Bool
        /// It computes nothing, and is done as soon as all that it waits for is there.
        var isRelay: Bool
    }

    let role: Role
    /// Whether it is there, and how it is reached.
    var life = Life()
    /// What it announced of its end, and what it was told of this learner's.
    var farewell = Farewell()
    /// As a teacher: what it published.
    var inbound: Inbound
    /// As a student: what it is to receive.
    var outbound = Outbound()
    /// What was sent to it and received from it.
    var traffic = Traffic()

    /// - Parameter acceptsLate: whether knowledge that it publishes is used even if it is late.
    init(role: Role, acceptsLate: Bool) {
        self.role = role
        inbound = Inbound(acceptsLate: acceptsLate)
    }

    var isJoined: Bool {
        life.isGone || (!role.isTeacher || life.greeted) && (!role.isStudent || life.welcomed)
    }

    /// As a teacher it may still publish: it is there, and has not been told that all of it is
    /// used.
    var stillTeaches: Bool {
        life.greeted && !life.isGone && (farewell.end == nil || farewell.owedOver != nil)
    }

    /// It is sent nothing more.
    var isSettled: Bool { life.isGone || farewell.isAcknowledged || farewell.end != nil }

    /// It is there, or must come.
    var isExpected: Bool { !role.isOptional || life.lastHeard != nil || outbound.mayNeedPast }

    /// Whether knowledge of `step` may be published, as far as it is concerned.
    func admits(step: Int, window: Int) -> Bool {
        isSettled || outbound.lookAhead.admits(step: step, window: window)
    }

    /// As a student it can be sent what it is to receive.
    private var canReceive: Bool { life.welcomed && outbound.isPlaced && !isSettled }

    /// Whether the next step and round that it is to receive may be sent.
    func mayReceiveNext(window: Int) -> Bool {
        canReceive && outbound.lookAhead.maySendNext(window: window)
    }

    /// The next step and round that it is to receive, where it may be sent: it counts as sent.
    mutating func takeNext(window: Int) -> StepRound? {
        mayReceiveNext(window: window) ? outbound.lookAhead.takeNext() : nil
    }

    /// Whether what is published next would be sent to it at once: it has not used it, and nothing
    /// waits to be sent before it.
    func receivesAtOnce(_ stepRound: StepRound, window: Int) -> Bool {
        let lookAhead = outbound.lookAhead
        return canReceive && !lookAhead.hasUsed(stepRound) && lookAhead.isAllSent
            && lookAhead.admits(step: stepRound.step, window: window)
    }

    /// Notes that another life of it began: it has lost what it received, and is reached elsewhere.
    mutating func begin(life incarnation: UInt64) {
        life.begin(incarnation)
        outbound.isPlaced = false
        outbound.checkpointOfLife = nil
    }
}

// MARK: - Invariants

extension Peer {
    /// What contradicts itself in this value; nil where nothing does.
    ///
    /// - Parameters:
    ///   - settled: the last step and round that is not needed of it any more.
    ///   - window: how many steps may be under way.
    func contradiction(settled: StepRound?, window: Int) -> String? {
        if life.greeted, !role.isTeacher { return "it greeted, and teaches nothing" }
        if life.welcomed, !role.isStudent { return "it welcomed this learner, and is no student" }
        if farewell.owedOver != nil, farewell.end == nil {
            return "an unknown end is owed an answer"
        }
        if !role.isTeacher, !inbound.isEmpty { return "it is no teacher, and published something" }
        return life.contradiction ?? inbound.contradiction(settled: settled, window: window)
            ?? outbound.contradiction(isStudent: role.isStudent, window: window)
    }
}
