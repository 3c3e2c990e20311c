import Loops

extension VectorLoops {
    /// The outputs of some heads; they are counted over all sequences.
    public static func attend(_ a: Attention, heads: Range<Int>, scratch: Pointer) {
        for head in heads { AttentionHead(a, head, of: heads, scratch).attend() }
    }

    /// The gradients in the inputs of some heads, which are laid out as the inputs, from those in
    /// the outputs.
    public static func attendGradient(
        _ a: Attention, upstream g: Pointer, into d: Pointer, heads: Range<Int>, scratch: Pointer
    ) {
        for head in heads {
            AttentionHead(a, head, of: heads, scratch).gradient(upstream: g, into: d)
        }
    }
}

/// One head of one sequence.
///
/// Scores are worked on a block of queries at a time, while they are in the cache, and computed
/// anew for the gradient (Dao et al. 2022).
private struct AttentionHead {
    private let a: Attention
    /// The sequence's positions that count.
    private let length: Int
    /// The head's first floats in the inputs and the outputs.
    private let input: Int
    private let output: Int
    /// The same of the head that is next; nil for the last.
    private let next: (input: Int, output: Int)?
    private let logSums: Pointer
    /// Keys and values, packed once for all blocks.
    private let packed: Pointer
    /// Floats of one of them that is packed across.
    private let acrossSize: Int
    private let scores: Pointer
    private let slopes: Pointer
    private let scratch: Pointer

    init(_ a: Attention, _ number: Int, of heads: Range<Int>, _ scratch: Pointer) {
        self.a = a
        length = a.counted?[number / a.heads] ?? a.length
        (input, output) = Self.place(of: number, a)
        next = number + 1 < heads.upperBound ? Self.place(of: number + 1, a) : nil
        logSums = a.logSums + number * a.length
        self.scratch = scratch
        acrossSize = Product.packed(depth: a.depth, columns: length)
        packed = scratch + Product.scratch
        scores = packed + 2 * acrossSize + Product.packed(depth: length, columns: a.depth)
        slopes = scores + min(length, Attention.block) * length + Layout.slack
    }

    private static func place(of number: Int, _ a: Attention) -> (input: Int, output: Int) {
        let (sequence, head) = number.quotientAndRemainder(dividingBy: a.heads)
        let first = sequence * a.length * a.heads * a.depth
        return (3 * first + head * a.depth, first + head * a.depth)
    }

    private var width: Int { a.heads * a.depth }

    func attend() {
        let keys = packedAcross(part(1, a.inputs), into: packed)
        let values = packed(part(2, a.inputs), into: packed + acrossSize)
        for number in 0..<blocks {
            let queries = queries(ofBlock: number)
            let count = count(of: queries)
            if let next {
                fetch(a.inputs + next.input, queries, parts: 3)
                fetch(a.outputs + next.output, queries, parts: 1, toWrite: true)
            }
            score(queries, keys)
            VectorLoops.softmax(
                scores, scale: a.scale, scores, logSums: logSums + queries.lowerBound,
                rows: queries.count, width: count)
            values.multiply(
                Product(
                    a: scores, aRow: count, aColumn: 1, b: part(2, a.inputs), bRow: 3 * width,
                    bColumn: 1, c: a.outputs + output + queries.lowerBound * width, cRow: width,
                    depth: count),
                rows: queries.count, columns: a.depth, scratch: scratch)
        }
        clearRest(a.outputs + output, parts: 1)
    }

    func gradient(upstream g: Pointer, into d: Pointer) {
        let keysAcross = packedAcross(part(1, a.inputs), into: packed)
        let valuesAcross = packedAcross(part(2, a.inputs), into: packed + acrossSize)
        let keys = packed(part(1, a.inputs), into: packed + 2 * acrossSize)
        for number in 0..<blocks {
            let queries = queries(ofBlock: number)
            let (first, count) = (queries.lowerBound, count(of: queries))
            let (outputRow, inputRow) = (first * width, first * 3 * width)
            if let next {
                fetch(a.inputs + next.input, queries, parts: 3)
                fetch(g + next.output, queries, parts: 1)
                fetch(d + next.input, queries, parts: 3, toWrite: true)
            }
            score(queries, keysAcross)
            VectorLoops.exponentials(
                scores, scale: a.scale, minus: logSums + first, scores, rows: queries.count,
                width: count)
            // Values: the weights' transpose times g.
            multiply(
                Product(
                    a: scores, aRow: 1, aColumn: count, b: g + output + outputRow, bRow: width,
                    bColumn: 1, c: part(2, d), cRow: 3 * width, depth: queries.count,
                    isAdding: number > 0),
                rows: count, columns: a.depth)
            // Weights, and from them scores.
            valuesAcross.multiply(
                Product(
                    a: g + output + outputRow, aRow: width, aColumn: 1, b: part(2, a.inputs),
                    bRow: 1, bColumn: 3 * width, c: slopes, cRow: count, depth: a.depth),
                rows: queries.count, columns: count, scratch: scratch)
            VectorLoops.softmaxGradient(
                y: scores, scale: a.scale, upstream: slopes, into: slopes, rows: queries.count,
                width: count)
            keys.multiply(
                Product(
                    a: slopes, aRow: count, aColumn: 1, b: part(1, a.inputs), bRow: 3 * width,
                    bColumn: 1, c: part(0, d) + inputRow, cRow: 3 * width, depth: count),
                rows: queries.count, columns: a.depth, scratch: scratch)
            multiply(
                Product(
                    a: slopes, aRow: 1, aColumn: count, b: part(0, a.inputs) + inputRow,
                    bRow: 3 * width, bColumn: 1, c: part(1, d), cRow: 3 * width,
                    depth: queries.count, isAdding: number > 0),
                rows: count, columns: a.depth)
        }
        clearRest(d + input, parts: 3)
    }

    /// Asks for the rows of the next head at some positions: they lie apart, so that the processor
    /// does not foresee them.
    ///
    /// - Parameter parts: how many ranges of columns a position has.
    private func fetch(
        _ memory: Pointer, _ positions: Range<Int>, parts: Int, toWrite: Bool = false
    ) {
        for part in positions.lowerBound * parts..<positions.upperBound * parts {
            let row = memory + part * width
            toWrite ? prefetchToWrite(row, count: a.depth) : prefetch(row, count: a.depth)
        }
    }

    /// Sets the head's columns to 0 at the positions that do not count.
    ///
    /// - Parameter parts: how many such ranges of columns a position has.
    private func clearRest(_ memory: Pointer, parts: Int) {
        for part in length * parts..<a.length * parts {
            (memory + part * width).update(repeating: 0, count: a.depth)
        }
    }

    /// The head's queries (0), keys (1) or values (2) of the first position.
    private func part(_ number: Int, _ memory: Pointer) -> Pointer {
        memory + input + number * width
    }

    /// Scores of some queries with every key that one of them attends to; −∞ of keys behind their
    /// query, whose weights are 0.
    private func score(_ queries: Range<Int>, _ keys: PackedFactor) {
        let count = count(of: queries)
        keys.multiply(
            Product(
                a: part(0, a.inputs) + queries.lowerBound * 3 * width, aRow: 3 * width, aColumn: 1,
                b: part(1, a.inputs), bRow: 1, bColumn: 3 * width, c: scores, cRow: count,
                depth: a.depth),
            rows: queries.count, columns: count, scratch: scratch)
        guard a.isCausal else { return }
        for query in queries {
            let row = scores + (query - queries.lowerBound) * count
            (row + query + 1).update(repeating: -.infinity, count: count - query - 1)
        }
    }

    /// A matrix of a row for each position, packed as a right factor.
    private func packed(_ rows: Pointer, into memory: Pointer) -> PackedFactor {
        PackedFactor(
            Product(
                a: rows, aRow: 0, aColumn: 0, b: rows, bRow: 3 * width, bColumn: 1, c: rows,
                cRow: 0, depth: length),
            columns: a.depth, into: memory)
    }

    /// Its transpose, a column for each position.
    private func packedAcross(_ rows: Pointer, into memory: Pointer) -> PackedFactor {
        PackedFactor(
            Product(
                a: rows, aRow: 0, aColumn: 0, b: rows, bRow: 1, bColumn: 3 * width, c: rows,
                cRow: 0, depth: a.depth),
            columns: length, into: memory)
    }

    private func multiply(_ product: Product, rows: Int, columns: Int) {
        VectorLoops.multiply(product, rows: 0..<rows, columns: 0..<columns, scratch: scratch)
    }

    /// How many keys some queries attend to: the first ones.
    private func count(of queries: Range<Int>) -> Int { a.isCausal ? queries.upperBound : length }

    /// How many blocks the queries are split into. The scores of one block are kept at once.
    private var blocks: Int { (max(0, length - a.first) + blockSize - 1) / blockSize }

    private var blockSize: Int { a.isCausal ? Attention.causalBlock : Attention.block }

    /// The queries of a block. Of causal ones the last come first: they attend to every key, and
    /// the others add to what these began.
    private func queries(ofBlock number: Int) -> Range<Int> {
        let position = a.isCausal ? blocks - 1 - number : number
        let first = a.first + position * blockSize
        return first..<min(length, first + blockSize)
    }
}
