import CohortGraph

/// Where a lockstep stands, and what it was asked to do.
extension Lockstep {
    /// Each stage holds what has a meaning in it alone.
    enum Stage {
        /// Waits for the roster of the rendezvous.
        case registering(Wait)
        /// Greets every student until it is welcomed, and waits for the greetings of its teachers.
        case greeting(Wait)
        /// Publishes and gathers.
        case running
        /// Announces its last step and round until every neighbour has acknowledged it.
        case finishing(end: StepRound)
        /// Tells the rendezvous of its end.
        case parting(end: StepRound)
        case finished(end: StepRound)
        /// `end` is what it had announced before.
        case failed(ExchangeFailure, end: StepRound?)
    }

    /// Since when something is waited for, and how many notices said so.
    struct Wait {
        var since: Duration
        var notices = 0
    }

    /// A request that is not answered yet.
    struct Pending {
        var task: Task
        var wait: Wait
    }

    /// What is to be done for a request.
    enum Task {
        case join
        case publish(Knowledge)
        case gather(PendingGather)
        case finish(lastStep: Int)
    }

    /// What is to be gathered, and whom it waits for.
    struct PendingGather {
        let stepRound: StepRound
        /// Of the learner's own batch; nil where that is what is gathered.
        let batchDigest: UInt64?
        /// Whose knowledge an earlier life used; nil decides it now.
        let attendance: Attendance?
        /// The teachers of the step and round, but for those that an earlier life went on without.
        let due: [String]
        /// Whose knowledge arrived last.
        var lastArrival: String?
        /// One of those that are waited for: where nothing but routine happens, the others need no
        /// look before its knowledge is there.
        var stillAwaited: String?
        /// Nobody is waited for, but too few have published.
        var isBelowQuorum = false
        /// Whether the limit of the teachers that may be missing is still to come.
        var isLimited: Bool
    }

    /// What is being gathered; nil where nothing is.
    var gather: PendingGather? {
        get { if case .gather(let gather) = pending?.task { gather } else { nil } }
        set { if let newValue { pending?.task = .gather(newValue) } }
    }

    /// When the next tick is due: at a beat, or as soon as a step goes on without a teacher.
    package var nextTick: Duration {
        gather?.isLimited == true ? min(nextBeat, pendingSince + limits.missing) : nextBeat
    }

    /// When the pending request was made, or its wait began anew.
    var pendingSince: Duration { pending?.wait.since ?? nextBeat }

    var isRegistering: Bool { if case .registering = stage { true } else { false } }
    var isGreeting: Bool { if case .greeting = stage { true } else { false } }
    var isJoining: Bool { isRegistering || isGreeting }
    var isRunning: Bool { if case .running = stage { true } else { false } }
    var isFinishing: Bool { if case .finishing = stage { true } else { false } }
    var isParting: Bool { if case .parting = stage { true } else { false } }
    var isFinished: Bool { if case .finished = stage { true } else { false } }

    /// Whether all steps are done, and the neighbours need not be told any more than that.
    var isEnding: Bool { isFinishing || isParting || isFinished }

    /// The step and round announced as the last.
    var end: StepRound? {
        switch stage {
        case .registering, .greeting, .running: nil
        case .finishing(let end), .parting(let end), .finished(let end): end
        case .failed(_, let end): end
        }
    }

    /// Goes over to another stage; all waiting begins anew.
    mutating func enter(_ stage: Stage, at now: Duration) {
        self.stage = stage
        pending?.wait = Wait(since: now)
    }

    /// Since when this stage of joining, or else the pending request, waits; nil where nothing
    /// does.
    var wait: Wait? {
        get {
            switch stage {
            case .registering(let wait), .greeting(let wait): wait
            default: pending?.wait
            }
        }
        set {
            guard let newValue else { return }
            switch stage {
            case .registering: stage = .registering(newValue)
            case .greeting: stage = .greeting(newValue)
            default: pending?.wait = newValue
            }
        }
    }
}
