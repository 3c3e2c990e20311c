/// What holds between any two events. The simulator asserts it after every one.
///
/// The values that a lockstep is made of name their own invariants: ``Peer``, ``Life``,
/// ``Inbound``, ``LateKnowledge``, ``LookAhead``, ``Retention``. Besides, what is used was
/// gathered; a relay keeps what it published; and what a student waits for is kept.
extension Lockstep {
    /// As ``handle(_:at:)``, and looks afterwards for what contradicts itself.
    ///
    /// It costs little: nothing is copied, and after a message its sender alone is looked at.
    ///
    /// - Returns: the actions, and the contradiction; nil where there is none.
    package mutating func handleAsserting(
        _ event: Event, at now: Duration
    ) -> (actions: [Action], contradiction: String?) {
        let actions = handle(event, at: now)
        if let contradiction = contradictionBesidePeers { return (actions, contradiction) }
        if case .received(let message, _) = event {
            return (actions, contradiction(of: message.sender.name))
        }
        for name in peers.names {
            if let contradiction = contradiction(of: name) { return (actions, contradiction) }
        }
        return (actions, nil)
    }

    private var contradictionBesidePeers: String? {
        if let used, gathered.map({ used > $0 }) ?? true { return "\(used) is used, not gathered" }
        if relay != nil, retention == nil { return "a relay keeps nothing" }
        return retention?.contradiction
    }

    private mutating func contradiction(of name: String) -> String? {
        Self.contradiction(in: &peers[name], retention, gathered, window: limits.window).map {
            "of '\(name)': \($0)"
        }
    }

    /// - Parameter peer: changed by nothing; `inout`, so that it is not copied.
    private static func contradiction(
        in peer: inout Peer?, _ retention: Retention?, _ gathered: StepRound?,
        window: Int
    ) -> String? {
        let late = peer?.inbound.late
        let settled = late == nil ? gathered : late?.taken
        if let contradiction = peer?.contradiction(settled: settled, window: window) {
            return contradiction
        }
        guard peer?.role.isOptional == false, peer?.isSettled == false,
            let next = peer?.outbound.lookAhead.outstanding.first
        else { return nil }
        return retention?.holds(next) == false ? "\(next) is outstanding, and not kept" : nil
    }
}
