/// What will happen, the earliest first; of what happens at once, what was entered first.
struct EventQueue<Event> {
    /// Where an event is kept: small, so that the heap moves little.
    private struct Entry {
        /// In attoseconds: two durations take a call to compare.
        var time: Int128
        var number: Int
        var place: Int

        static func < (left: Entry, right: Entry) -> Bool {
            left.time == right.time ? left.number < right.number : left.time < right.time
        }
    }

    /// A binary heap.
    private var entries: [Entry] = []
    private var events: [Event?] = []
    private var free: [Int] = []
    private var entered = 0

    var count: Int { entries.count }

    mutating func enter(_ event: Event, at time: Duration) {
        let entry = Entry(time: time.attoseconds, number: entered, place: keep(event))
        entered += 1
        var hole = entries.count
        entries.append(entry)
        while hole > 0, entry < entries[(hole - 1) / 2] {
            entries[hole] = entries[(hole - 1) / 2]
            hole = (hole - 1) / 2
        }
        entries[hole] = entry
    }

    mutating func next() -> (time: Duration, event: Event)? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        if !entries.isEmpty { sink(last) }
        free.append(first.place)
        guard let event = events[first.place].take() else {
            preconditionFailure("every entry has its event")
        }
        return (Duration(attoseconds: first.time), event)
    }

    private mutating func keep(_ event: Event) -> Int {
        guard let place = free.popLast() else {
            events.append(event)
            return events.count - 1
        }
        events[place] = event
        return place
    }

    /// Puts an entry in the place of the first, and below what comes before it.
    private mutating func sink(_ entry: Entry) {
        var hole = 0
        while 2 * hole + 1 < entries.count {
            var child = 2 * hole + 1
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            entries[hole] = entries[child]
            hole = child
        }
        entries[hole] = entry
    }
}
