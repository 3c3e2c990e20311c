/// Pairs by their counts, the most frequent first and among equals the smallest: a binary heap.
struct PairQueue {
    private var heap: [(pair: PiecePair, count: Int)] = []

    mutating func add(_ pair: PiecePair, _ count: Int) {
        heap.append((pair, count))
        var place = heap.count - 1
        while place > 0, isBefore(place, (place - 1) / 2) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func popMost() -> (pair: PiecePair, count: Int)? {
        guard !heap.isEmpty else { return nil }
        heap.swapAt(0, heap.count - 1)
        let first = heap.removeLast()
        var place = 0
        while true {
            let children = [2 * place + 1, 2 * place + 2].filter { $0 < heap.count }
            guard let best = children.min(by: isBefore), isBefore(best, place) else { break }
            heap.swapAt(place, best)
            place = best
        }
        return first
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        heap[a].count == heap[b].count
            ? heap[a].pair < heap[b].pair : heap[a].count > heap[b].count
    }
}
