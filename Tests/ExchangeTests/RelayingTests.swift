import Exchange
import Testing

/// What a relay derives from the checkpoints of its students.
struct RelayingTests {
    private static func student(
        _ name: String, _ checkpoint: Int, isDeclared: Bool = true
    ) -> Relaying.Student {
        Relaying.Student(name: name, checkpoint: checkpoint, isDeclared: isDeclared)
    }

    @Test func theLeastCheckpointCounts() {
        let students = [Self.student("a", 40), Self.student("up", 20), Self.student("b", 30)]
        #expect(Relaying.firstNeeded(by: students) == 20)
        #expect(Relaying.firstNeeded(by: students, except: "up") == 30)
        #expect(Relaying.firstNeeded(by: []) == .max)
    }

    /// While it joins, nothing is known before everyone has declared its checkpoint.
    @Test func whileJoiningAllMustHaveDeclared() {
        let students = [Self.student("a", 40), Self.student("b", 0, isDeclared: false)]
        #expect(Relaying.firstNeeded(by: students, isJoining: true) == nil)
        #expect(Relaying.firstNeeded(by: students, except: "b", isJoining: true) == 40)
        #expect(Relaying.firstNeeded(by: students) == 0)
    }

    /// Those above may need older sums than those below.
    @Test func aRelayBeginsWhereTheFirstWouldGoOn() {
        var relay = Relaying(RelayPlace(parent: "up"))
        relay.begin(for: [Self.student("a", 40), Self.student("up", 20)])
        #expect(relay.start == RelayStart(first: 20, firstTold: 40))
        var root = Relaying(RelayPlace(parent: nil))
        root.begin(for: [Self.student("a", 40), Self.student("b", 50)])
        #expect(root.start == RelayStart(first: 40, firstTold: 40))
    }
}
