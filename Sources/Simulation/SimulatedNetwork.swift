import Exchange

/// What carries messages: it loses, doubles, delays and reorders them, and is cut at times.
struct SimulatedNetwork {
    /// One end of a link: a learner, a relay or the rendezvous, by its number.
    typealias Node = Int

    /// A message that is on its way once or more often.
    final class Letter {
        let message: Message

        init(_ message: Message) { self.message = message }
    }

    /// A letter on its way to a life of a learner.
    struct Delivery {
        var letter: Letter
        var to: Node
        var life: Int
        var channel: Lockstep.Channel
    }

    private let nodes: Int
    private let keepsOrder: Bool
    private let loss: Double
    private let duplication: Double
    /// How long most messages take at most, and the few slow ones.
    private let delay: (usual: Duration, rare: Duration)
    private let slowness: Double
    /// How many partitions cut each link now.
    private var cuts: [Int]
    /// When the last message of each link arrives.
    private var arrivals: [Duration]
    /// Nothing is lost, doubled or late any more.
    var isCalm = false

    init(_ faults: Set<Fault>, nodes: Int, _ random: inout SplitMix) {
        self.nodes = nodes
        keepsOrder = !faults.contains(.reordering)
        // Mostly a little, at times much.
        func rate(upTo most: Double) -> Double {
            let draw = random.duration(upTo: .seconds(1)) / .seconds(1)
            return most * draw * draw * draw
        }
        loss = faults.contains(.loss) ? rate(upTo: 0.3) : 0
        duplication = faults.contains(.duplication) ? rate(upTo: 0.1) : 0
        slowness = faults.contains(.delay) ? rate(upTo: 0.1) : 0
        delay = (random.duration(upTo: .milliseconds(5)), random.duration(upTo: .seconds(3)))
        cuts = Array(repeating: 0, count: nodes * nodes)
        arrivals = Array(repeating: .zero, count: nodes * nodes)
    }

    /// A route names the node and the life of a sender.
    static func route(to node: Node, life: Int) -> [UInt8] {
        [UInt8(node >> 8), UInt8(node & 0xFF), UInt8(life >> 8), UInt8(life & 0xFF)]
    }

    static func node(of route: [UInt8]) -> (number: Node, life: Int) {
        (Int(route[0]) << 8 | Int(route[1]), Int(route[2]) << 8 | Int(route[3]))
    }

    func isCut(from: Node, to: Node) -> Bool { cuts[from * nodes + to] > 0 }

    /// Cuts, or restores, what leads from one node to another.
    mutating func cut(_ links: [(from: Node, to: Node)], by change: Int) {
        for (from, to) in links { cuts[from * nodes + to] += change }
    }

    /// When a message arrives that is sent now, and its double where it has one; nil where it is
    /// lost.
    mutating func arrivals(
        from: Node, to: Node, at now: Duration, _ random: inout SplitMix
    ) -> (first: Duration?, second: Duration?) {
        let isDoubled = !isCalm && random.happens(duplication)
        let link = from * nodes + to
        let first = arrival(over: link, at: now, &random)
        return (first, isDoubled ? arrival(over: link, at: now, &random) : nil)
    }

    private mutating func arrival(
        over link: Int, at now: Duration, _ random: inout SplitMix
    ) -> Duration? {
        if !isCalm, random.happens(loss) { return nil }
        let isSlow = !isCalm && random.happens(slowness)
        var time =
            now + .microseconds(100)
            + random.duration(upTo: isSlow ? delay.rare : delay.usual)
        if keepsOrder || isCalm { time = max(time, arrivals[link]) }
        arrivals[link] = max(time, arrivals[link])
        return time
    }
}
