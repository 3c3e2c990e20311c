import Kernels

/// The queries, keys and values of all positions that a decoder has read, so that a further token
/// costs the work of one position.
public final class DecodingCache {
    /// How many sequences are decoded at once; all have equally many tokens.
    public let sequences: Int
    /// The most positions of a sequence.
    public let capacity: Int
    /// How many positions were read, of each sequence.
    public private(set) var position = 0
    /// Of each layer sequences × capacity × 3·width.
    private var layers: [Int: Floats] = [:]

    /// Nothing is read yet.
    public init(sequences: Int, capacity: Int) {
        self.sequences = sequences
        self.capacity = capacity
    }

    /// Causal attention of the next positions to themselves and to all before them.
    ///
    /// - Parameters:
    ///   - layer: counted from 0.
    ///   - x: queries, keys and values of the next t positions, N·t×3·width.
    /// - Returns: N·t×width.
    /// - Precondition: the positions fit into the capacity.
    func attention(_ layer: Int, of x: Tensor, heads: Int) -> Tensor {
        let (length, row) = (x.shape[0] / sequences, x.shape[1])
        precondition(position + length <= capacity, "more than \(capacity) positions")
        var memory = layers[layer] ?? Floats(repeating: 0, count: sequences * capacity * row)
        layers[layer] = nil
        let added = x.floats
        for sequence in 0..<sequences {
            memory.replace(
                at: (sequence * capacity + position) * row,
                with: added[sequence * length * row..<(sequence + 1) * length * row])
        }
        layers[layer] = memory
        let (whole, _) = Kernels.attention(
            memory,
            AttentionShape(
                sequences: sequences, length: capacity, heads: heads, depth: row / (3 * heads),
                counted: Array(repeating: position + length, count: sequences), isCausal: true,
                first: position))
        return Tensor(shape: [sequences * capacity, row / 3], floats: whole)
            .selecting(rows: places(length))
    }

    /// The places of the next positions among those of all sequences.
    private func places(_ length: Int) -> [Int] {
        (0..<sequences).flatMap { sequence in
            (0..<length).map { sequence * capacity + position + $0 }
        }
    }

    /// Counts positions as read, once every layer has attended to them.
    func advance(by length: Int) { position += length }
}
