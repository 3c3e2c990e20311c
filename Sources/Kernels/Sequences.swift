import Loops

extension Kernels {
    /// Sequences of rows with 0 in place of the rows that do not count.
    ///
    /// - Parameters:
    ///   - x: sequences × length × width.
    ///   - counted: how many rows of each sequence count: the first ones.
    public static func beginnings(_ x: Floats, length: Int, counted: [Int]) -> Floats {
        let sequences = counted.count
        precondition(
            length > 0 && x.count.isMultiple(of: max(1, sequences * length)),
            "sequences do not fill their memory")
        precondition(counted.allSatisfy { (0...length).contains($0) }, "a sequence has no such row")
        let width = x.count / max(1, sequences * length)
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        let piece = max(1, elementwisePiece / max(1, length * width))
        Parallel.forRanges(sequences, size: piece) { part in
            for sequence in part {
                let (start, kept) = (sequence * length * width, counted[sequence] * width)
                (target + start).update(from: source + start, count: kept)
                (target + start + kept).update(repeating: 0, count: length * width - kept)
            }
        }
        return y
    }
}
