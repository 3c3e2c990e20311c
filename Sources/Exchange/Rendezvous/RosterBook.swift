import Bytes
import CohortGraph
import ZeroMQ

/// The rendezvous as a pure value: registrations and the time go in, answers come out.
///
/// Learners repeat their registration until they have the roster, which comes when all are there;
/// and again when a neighbour has started again, and so is to be found elsewhere. Each is sent its
/// neighbours alone, so that what the rendezvous does grows with their number, not with its square.
package struct RosterBook: Sendable {
    /// What is to be done after an event.
    package enum Action: Sendable {
        case send(Message, to: [[UInt8]])
        case notice(String)
    }

    private struct Registration {
        var contact: Contact
        var incarnation: UInt64
        var route: [UInt8]
        var lastHeard: Duration
        /// It has done all its steps, and is no longer there.
        var hasEnded = false

        mutating func end() {
            hasEnded = true
            contact.address = ""
        }
    }

    private let sender: Sender
    private let expected: [String]
    private let isExpected: Set<String>
    /// Whose addresses each is sent; nil where each is sent all.
    private let neighbourhood: Neighbourhood?
    /// Those whom the others can do without.
    private let optional: Set<String>
    /// The public key of each learner; nil where nobody has one.
    private let keys: [String: CurveKey]?
    /// What the configuration's digest is of.
    private let settings: AgreedSettings
    private let limits: ExchangeLimits
    private var registrations: [String: Registration] = [:]
    private var isComplete = false
    /// How many times the roster has changed.
    private var changes = 0
    /// What everyone is sent once the limit has passed.
    private var verdict: Refusal?
    private var since: Duration
    private var notices = 0
    private var complaints: Set<String> = []
    /// When the next tick is due.
    package private(set) var nextBeat: Duration

    /// - Parameters:
    ///   - sender: what the rendezvous calls itself, with the run and the configuration.
    ///   - neighbourhood: whose addresses each is sent; nil where each is sent all.
    ///   - optional: those of the expected who may come later, or never.
    ///   - settings: what the configuration's digest is of.
    ///   - keys: the public key by which each learner is known; nil on plain sockets.
    package init(
        sender: Sender, expected: [String], neighbourhood: Neighbourhood? = nil,
        optional: Set<String> = [],
        settings: AgreedSettings = AgreedSettings(), keys: [String: CurveKey]? = nil,
        limits: ExchangeLimits, at now: Duration
    ) {
        self.sender = sender
        self.optional = optional
        self.expected = expected
        isExpected = Set(expected)
        self.neighbourhood = neighbourhood
        self.settings = settings
        self.keys = keys
        self.limits = limits
        since = now
        nextBeat = now + limits.beat
    }

    /// Those that have not registered, in the order of the configuration.
    package var missing: [String] { expected.filter { registrations[$0] == nil } }

    /// Whether one of the names is registered and has not ended.
    package func holds(anyOf names: Set<String>) -> Bool {
        names.contains { registrations[$0]?.hasEnded == false }
    }

    /// Answers a message that came over a route.
    package mutating func receive(
        _ message: Message, over route: [UInt8], at now: Duration
    ) -> [Action] {
        let name = message.sender.name
        let known = registrations[name]
        let isKnown = known?.incarnation == message.sender.incarnation
        if case .end = message.content {
            guard known == nil || isKnown else { return [] }
            if known?.hasEnded == false {
                registrations[name]?.end()
                changes += 1
            }
            return [answer(.ended, to: [route])]
        }
        guard case .register(let contact) = message.content else { return [] }
        // An earlier message of it may still arrive after its end.
        if isKnown, known?.hasEnded == true { return [] }
        if let refusal = objection(to: message.sender, contact, at: now) ?? verdict {
            return complaint(about: name, refusal) + [answer(.refuse(refusal), to: [route])]
        }
        let isNew = known?.contact != contact
        if isNew { changes += 1 }
        registrations[name] = Registration(
            contact: contact, incarnation: message.sender.incarnation, route: route,
            lastHeard: now)
        if isComplete {
            return rosters(for: [name] + (isNew ? neighbours(of: name) : []))
        }
        guard registrations.count == isExpected.count else { return [] }
        isComplete = true
        return rosters(for: expected)
    }

    /// Takes one that has registered, and that nobody will start again, for ended.
    package mutating func giveUp(on name: String) -> [Action] {
        guard registrations[name]?.hasEnded == false else { return [] }
        registrations[name]?.end()
        changes += 1
        return isComplete ? rosters(for: neighbours(of: name)) : []
    }

    /// Answers what cannot be read: the sender of another version is refused.
    package func receive(_ error: WireError, over route: [UInt8]) -> [Action] {
        guard error.field == .version else { return [] }
        return [answer(.refuse(Refusal(.protocolVersion, "\(error)")), to: [route])]
    }

    /// Says who is waited for, and gives up at the limit.
    package mutating func tick(at now: Duration) -> [Action] {
        guard now >= nextBeat else { return [] }
        nextBeat = now + limits.beat
        guard !isComplete, verdict == nil else { return [] }
        let waited = now - since
        if waited >= limits.missing, optional.isSuperset(of: missing), !registrations.isEmpty {
            isComplete = true
            return [.notice("beginning without \(missing.quoted)")] + rosters(for: expected)
        }
        let names = missing.quoted
        if waited >= limits.joining {
            let refusal = Refusal(
                .incomplete, "\(names) did not register within \(limits.joining.readable)")
            verdict = refusal
            return [
                .notice(refusal.text),
                answer(.refuse(refusal), to: routes),
            ]
        }
        guard waited >= limits.notice * (notices + 1) else { return [] }
        notices += 1
        return [.notice("waiting \(waited.components.seconds) s for \(names) to register")]
    }

    /// Of all that have registered, in the order of the configuration.
    private var routes: [[UInt8]] { expected.compactMap { registrations[$0]?.route } }

    /// Tells those of some who have registered where their neighbours are.
    private func rosters(for names: [String]) -> [Action] {
        names.compactMap { name in
            registrations[name].map { answer(.roster(roster(of: name)), to: [$0.route]) }
        }
    }

    private func roster(of name: String) -> [RosterEntry] {
        neighbours(of: name).compactMap { neighbour in
            registrations[neighbour].map { RosterEntry(name: neighbour, contact: $0.contact) }
        }
    }

    private func neighbours(of name: String) -> [String] {
        neighbourhood?.neighbours(of: name) ?? expected.filter { $0 != name }
    }

    private func objection(
        to other: Sender, _ contact: Contact, at now: Duration
    ) -> Refusal? {
        if other.run != sender.run {
            return Refusal(
                .run, "this is run \(sender.readableRun), not \(other.readableRun)")
        }
        if other.configurationDigest != sender.configurationDigest {
            return Refusal(
                .configuration, "the settings of this run are others", settings: settings.text)
        }
        guard isExpected.contains(other.name) else {
            return Refusal(
                .unknownName,
                "no '\(other.name)' is expected, only \(expected.listed)")
        }
        if let keys, contact.key != keys[other.name] {
            return Refusal(
                .unknownName, "'\(other.name)' is not known by the key that it registers")
        }
        if let known = registrations[other.name], known.incarnation != other.incarnation,
            !Incarnation.isLater(other.incarnation, than: known.incarnation),
            isComplete || now - known.lastHeard < limits.beat * 4
        {
            return Refusal(.duplicateName, "another '\(other.name)' has registered already")
        }
        return nil
    }

    private mutating func complaint(about name: String, _ refusal: Refusal) -> [Action] {
        guard refusal != verdict, complaints.count < 100,
            complaints.insert(name + refusal.text).inserted
        else { return [] }
        return [.notice("the rendezvous refused '\(name)': \(refusal.text)")]
    }

    private func answer(_ content: Content, to routes: [[UInt8]]) -> Action {
        .send(
            Message(sender: sender, position: Position(step: changes), content: content),
            to: routes)
    }
}
