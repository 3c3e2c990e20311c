/// What holds between any two events. The simulator asserts it after every one.
///
/// The values that a lockstep is made of name their own invariants: ``Peer``, ``Life``,
/// ``Inbound``, ``LateKnowledge``, ``LookAhead``, ``Retention``. Besides, what is used was
/// gathered; a relay keeps what it published; and what a student waits for is kept.
extension Lockstep {
    /// What contradicts itself; nil where nothing does.
    ///
    /// - Parameter sender: the neighbour that alone can have changed; nil has all of them looked
    ///   at.
    package func contradiction(around sender: String? = nil) -> String? {
        if !actions.isEmpty { return "actions were left behind" }
        if let used, gathered.map({ used > $0 }) ?? true {
            return "\(used) is used, and not gathered"
        }
        if relay != nil, retention == nil { return "a relay keeps nothing" }
        if let contradiction = retention?.contradiction { return contradiction }
        for name in sender.map({ [$0] }) ?? peers.names {
            if let contradiction = contradiction(in: name) {
                return "of '\(name)': \(contradiction)"
            }
        }
        return nil
    }

    private func contradiction(in name: String) -> String? {
        let settled = acceptsLate(name) ? peers[name]?.inbound.late?.taken : gathered
        if let contradiction = peers[name]?.contradiction(settled: settled, window: limits.window) {
            return contradiction
        }
        guard let retention, peers[name]?.isSettled == false, peers[name]?.role.isOptional == false,
            let next = peers[name]?.outbound.lookAhead.outstanding.first
        else { return nil }
        return retention.holds(next) ? nil : "\(next) is outstanding, and not kept"
    }
}
