import CohortGraph
import Exchange
import Testing

/// The rendezvous without sockets.
@Suite(.timeLimit(.minutes(1)))
struct RosterBookTests {
    private func book(_ expected: [String]) -> RosterBook {
        RosterBook(
            sender: identity("rendezvous").sender, expected: expected, limits: ExchangeLimits(),
            at: .zero)
    }

    private func register(
        _ identity: ExchangeIdentity, at address: String, with book: inout RosterBook,
        now: Duration = .zero
    ) -> [RosterBook.Action] {
        let message = Message(
            sender: identity.sender, content: .register(Contact(address: address)))
        return book.receive(message, over: Array(identity.name.utf8), at: now)
    }

    /// The rosters by who is sent them.
    private func rosters(_ actions: [RosterBook.Action]) -> [String: [String]] {
        var rosters: [String: [String]] = [:]
        for case .send(let message, let routes) in actions {
            guard case .roster(let entries) = message.content else { continue }
            for route in routes {
                rosters[String(decoding: route, as: UTF8.self)] =
                    entries.map { "\($0.name) \($0.contact.address)" }
            }
        }
        return rosters
    }

    private func number(of actions: [RosterBook.Action]) -> Int {
        guard case .send(let message, _)? = actions.first else { return -1 }
        return message.position.step
    }

    private func refusal(_ actions: [RosterBook.Action]) -> Refusal? {
        for case .send(let message, _) in actions {
            if case .refuse(let refusal) = message.content { return refusal }
        }
        return nil
    }

    @Test(arguments: permutations(["a", "b", "c"]))
    func theRosterComesWhenAllAreThere(_ order: [String]) {
        var book = book(["a", "b", "c"])
        for name in order.dropLast() {
            #expect(register(identity(name), at: "at-\(name)", with: &book).isEmpty)
        }
        #expect(book.missing == [order[2]])
        let actions = register(identity(order[2]), at: "at-\(order[2])", with: &book)
        #expect(
            rosters(actions) == [
                "a": ["b at-b", "c at-c"], "b": ["a at-a", "c at-c"], "c": ["a at-a", "b at-b"],
            ])
    }

    @Test func whoStartsAgainGetsTheRosterAndItsNewAddressCounts() {
        var book = book(["a", "b"])
        let first = Incarnation.first()
        _ = register(identity("a", incarnation: first), at: "old", with: &book)
        _ = register(identity("b"), at: "b", with: &book)
        let again = identity("a", incarnation: Incarnation.following(first))
        let actions = register(again, at: "new", with: &book)
        #expect(rosters(actions) == ["a": ["b b"], "b": ["a new"]], "the others must find it")
        let repeated = register(again, at: "new", with: &book)
        #expect(rosters(repeated) == ["a": ["b b"]], "the others know")
        let twin = register(identity("a"), at: "elsewhere", with: &book, now: .seconds(3600))
        #expect(refusal(twin)?.code == .duplicateName)
    }

    /// Ten thousand on relays: each is told where its relay is, a relay where its own are, and of
    /// one that starts again its neighbours alone.
    @Test func eachIsToldOfItsNeighboursAlone() {
        let learners = (0..<10_000).map { "l\($0)" }
        let circle = RelayTree(among: learners, fanOut: 64)
        let names = learners + circle.relays
        var book = RosterBook(
            sender: identity("rendezvous").sender, expected: names,
            neighbourhood: Neighbourhood(
                TeachingGraph(learners: learners.map { Learner(name: $0) }, groups: []),
                trees: [circle]),
            limits: ExchangeLimits(), at: .zero)
        let members = names.map { identity($0, incarnation: Incarnation.first()) }
        for member in members.dropLast() {
            #expect(register(member, at: "at-\(member.name)", with: &book).isEmpty)
        }
        let last = members[members.count - 1]
        let told = rosters(register(last, at: "at-\(last.name)", with: &book))
        #expect(told.count == names.count)
        for name in names {
            let neighbours = circle.children(of: name) + (circle.parents[name].map { [$0] } ?? [])
            #expect(told[name].map(Set.init) == Set(neighbours.map { "\($0) at-\($0)" }))
        }
        let again = identity(
            "l7", incarnation: Incarnation.following(members[7].sender.incarnation))
        let relay = circle.parents["l7"]!
        let update = rosters(register(again, at: "new", with: &book))
        #expect(Set(update.keys) == ["l7", relay])
        #expect(update[relay]?.contains("l7 new") == true)
    }

    @Test func whoMayBeMissingMayComeLater() {
        var book = RosterBook(
            sender: identity("rendezvous").sender, expected: ["a", "b", "c"], optional: ["b", "c"],
            limits: ExchangeLimits(missing: .seconds(3)), at: .zero)
        _ = register(identity("a"), at: "a", with: &book)
        #expect(book.tick(at: .seconds(2)).isEmpty)
        let actions = book.tick(at: .seconds(3))
        #expect(rosters(actions) == ["a": []])
        guard case .notice("beginning without 'b' and 'c'") = actions[0] else {
            return #expect(Bool(false), "\(actions[0])")
        }
        let late = register(identity("c"), at: "c", with: &book, now: .seconds(100))
        #expect(rosters(late) == ["c": ["a a"], "a": ["c c"]])
    }

    @Test func whoHasEndedHasNoAddress() {
        var book = book(["a", "b"])
        let (a, b) = (identity("a"), identity("b"))
        _ = register(a, at: "a", with: &book)
        _ = register(b, at: "b", with: &book)
        let stranger = Message(sender: identity("a").sender, content: .end)
        #expect(book.receive(stranger, over: [1], at: .zero).isEmpty)
        #expect(rosters(register(b, at: "b", with: &book)) == ["b": ["a a"]])
        _ = book.receive(Message(sender: a.sender, content: .end), over: [1], at: .zero)
        let again = identity("b", incarnation: Incarnation.following(b.sender.incarnation))
        #expect(
            rosters(register(again, at: "new", with: &book)) == ["b": ["a "], "a": ["b new"]])
    }

    @Test func whoIsGivenUpHasEndedForItsNeighbours() {
        var book = book(["a", "b"])
        #expect(book.giveUp(on: "a").isEmpty)
        _ = register(identity("a"), at: "a", with: &book)
        let last = register(identity("b"), at: "b", with: &book)
        let actions = book.giveUp(on: "a")
        #expect(rosters(actions) == ["b": ["a "]])
        #expect(number(of: last) < number(of: actions))
        #expect(book.giveUp(on: "a").isEmpty && !book.holds(anyOf: ["a"]))
    }

    @Test func anEndIsAcknowledgedAndLasts() {
        var book = book(["a", "b"])
        let (a, b) = (identity("a"), identity("b"))
        _ = register(a, at: "a", with: &book)
        let first = register(b, at: "b", with: &book)
        let end = Message(sender: a.sender, content: .end)
        for _ in 0..<2 {
            guard case .send(let answer, [[1]])? = book.receive(end, over: [1], at: .zero).first
            else { return #expect(Bool(false), "nobody answers") }
            #expect(answer.content == .ended)
        }
        #expect(!book.holds(anyOf: ["a"]) && book.holds(anyOf: ["a", "b"]))
        // What it had said before comes late.
        #expect(register(a, at: "a", with: &book).isEmpty)
        let last = register(b, at: "b", with: &book)
        #expect(rosters(last) == ["b": ["a "]])
        #expect(number(of: first) < number(of: last))
    }

    /// A twin is refused while the first still calls; afterwards it takes the first one's place.
    @Test func aSecondRegistrantOfANameIsRefused() {
        var book = book(["a", "b"])
        _ = register(identity("a"), at: "first", with: &book)
        let twin = identity("a")
        #expect(
            refusal(register(twin, at: "twin", with: &book, now: .seconds(1)))
                == Refusal(.duplicateName, "another 'a' has registered already"))
        _ = register(twin, at: "twin", with: &book, now: .seconds(10))
        let actions = register(identity("b"), at: "b", with: &book, now: .seconds(10))
        #expect(rosters(actions) == ["a": ["b b"], "b": ["a twin"]])
    }

    @Test func aStrangerIsRefusedByNameAndReason() {
        var book = book(["a", "b"])
        for (stranger, code) in [
            (identity("z"), Refusal.Code.unknownName),
            (identity("a", run: [UInt8](repeating: 1, count: 16)), .run),
            (identity("a", digest: [UInt8](repeating: 1, count: 32)), .configuration),
        ] {
            let actions = register(stranger, at: "x", with: &book)
            #expect(refusal(actions)?.code == code)
            guard case .notice(let notice) = actions[0] else { return #expect(Bool(false)) }
            #expect(notice.hasPrefix("the rendezvous refused '\(stranger.name)': "))
        }
        #expect(book.missing == ["a", "b"])
    }

    @Test(arguments: [
        (9, "'l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7', 'l8' and 'l9'"),
        (100, "'l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7', 'l8' and 92 more"),
    ])
    func ofManyTheFirstAreNamed(count: Int, names: String) {
        var book = book((1...count).map { "l\($0)" })
        let actions = book.tick(at: .seconds(5))
        guard case .notice(let text)? = actions.first else { return #expect(Bool(false)) }
        #expect(text == "waiting 5 s for \(names) to register")
    }

    @Test func atTheLimitEveryoneLearnsWhoIsMissing() {
        var book = book(["a", "b", "c"])
        let a = identity("a")
        _ = register(a, at: "a", with: &book)
        var notices: [String] = []
        for second in 1...12 {
            for case .notice(let text) in book.tick(at: .seconds(second)) { notices.append(text) }
        }
        #expect(
            notices == [
                "waiting 5 s for 'b' and 'c' to register",
                "waiting 10 s for 'b' and 'c' to register",
            ])
        let verdict = Refusal(.incomplete, "'b' and 'c' did not register within 60 s")
        #expect(refusal(book.tick(at: .seconds(60))) == verdict)
        #expect(verdict.code.exitCode == .unavailable)
        // A lost answer is said again; and who comes later learns it too.
        #expect(refusal(register(a, at: "a", with: &book, now: .seconds(61))) == verdict)
        #expect(
            refusal(register(identity("b"), at: "b", with: &book, now: .seconds(61))) == verdict)
        #expect(book.tick(at: .seconds(70)).isEmpty)
    }

    @Test func anotherVersionIsToldSo() {
        let actions = book(["a"]).receive(
            WireError(.version, "2, where 1 is spoken here"), over: [1])
        #expect(refusal(actions)?.code == .protocolVersion)
        #expect(book(["a"]).receive(WireError(.magic, "x"), over: [1]).isEmpty)
    }
}
