/// What will happen, the earliest first; of what happens at once, what was entered first.
struct EventQueue<Event> {
    private struct Entry {
        var time: Duration
        var number: Int
        var event: Event

        static func < (left: Entry, right: Entry) -> Bool {
            left.time == right.time ? left.number < right.number : left.time < right.time
        }
    }

    /// A binary heap.
    private var entries: [Entry] = []
    private var entered = 0

    var count: Int { entries.count }

    mutating func enter(_ event: Event, at time: Duration) {
        entries.append(Entry(time: time, number: entered, event: event))
        entered += 1
        var place = entries.count - 1
        while place > 0, entries[place] < entries[(place - 1) / 2] {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func next() -> (time: Duration, event: Event)? {
        guard !entries.isEmpty else { return nil }
        entries.swapAt(0, entries.count - 1)
        let first = entries.removeLast()
        var place = 0
        while true {
            let children = (2 * place + 1..<2 * place + 3).filter { $0 < entries.count }
            guard let child = children.min(by: { entries[$0] < entries[$1] }),
                entries[child] < entries[place]
            else { return (first.time, first.event) }
            entries.swapAt(place, child)
            place = child
        }
    }
}
