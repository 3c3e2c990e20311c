import Loops

extension VectorLoops {
    /// The outputs of some heads; they are counted over all sequences.
    public static func attend(_ a: Attention, heads: Range<Int>, scratch: Pointer) {
        for head in heads { AttentionHead(a, head, scratch).attend() }
    }

    /// The gradients in the inputs of some heads, which are laid out as the inputs, from those in
    /// the outputs.
    public static func attendGradient(
        _ a: Attention, upstream g: Pointer, into d: Pointer, heads: Range<Int>, scratch: Pointer
    ) {
        for head in heads { AttentionHead(a, head, scratch).gradient(upstream: g, into: d) }
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
    /// The head's first floats in the inputs, the outputs and the logarithms of sums.
    private let input: Int
    private let output: Int
    private let logSums: Pointer
    private let scores: Pointer
    private let slopes: Pointer
    private let scratch: Pointer

    init(_ a: Attention, _ number: Int, _ scratch: Pointer) {
        let (sequence, head) = number.quotientAndRemainder(dividingBy: a.heads)
        let width = a.heads * a.depth
        self.a = a
        length = a.counted?[sequence] ?? a.length
        input = sequence * a.length * 3 * width + head * a.depth
        output = sequence * a.length * width + head * a.depth
        logSums = a.logSums + number * a.length
        self.scratch = scratch
        scores = scratch + Product.scratch
        slopes = scores + min(length, Attention.block) * length + Layout.slack
    }

    private var width: Int { a.heads * a.depth }

    func attend() {
        for number in 0..<blocks {
            let queries = queries(ofBlock: number)
            let keys = keys(of: queries)
            score(queries)
            weigh(queries)
            multiply(
                Product(
                    a: scores, aRow: keys, aColumn: 1, b: part(2, a.inputs), bRow: 3 * width,
                    bColumn: 1, c: a.outputs + output + queries.lowerBound * width, cRow: width,
                    depth: keys),
                rows: queries.count, columns: a.depth)
        }
        clearRest(a.outputs + output, parts: 1)
    }

    /// The softmax of the scores of some queries.
    private func weigh(_ queries: Range<Int>) {
        guard a.isCausal else {
            return VectorLoops.softmax(
                scores, scale: a.scale, scores, logSums: logSums + queries.lowerBound,
                rows: queries.count, width: length)
        }
        let keys = keys(of: queries)
        for query in queries {
            let row = scores + (query - queries.lowerBound) * keys
            VectorLoops.softmax(
                row, scale: a.scale, row, logSums: logSums + query, rows: 1, width: query + 1)
        }
        clearLater(queries)
    }

    /// Sets the weights of keys behind their query to 0.
    private func clearLater(_ queries: Range<Int>) {
        let keys = keys(of: queries)
        for query in queries {
            let row = scores + (query - queries.lowerBound) * keys
            (row + query + 1).update(repeating: 0, count: keys - query - 1)
        }
    }

    func gradient(upstream g: Pointer, into d: Pointer) {
        for number in 0..<blocks {
            let queries = queries(ofBlock: number)
            let (first, keys) = (queries.lowerBound, keys(of: queries))
            let (outputRow, inputRow) = (first * width, first * 3 * width)
            score(queries)
            VectorLoops.exponentials(
                scores, scale: a.scale, minus: logSums + first, scores, rows: queries.count,
                width: keys)
            if a.isCausal { clearLater(queries) }
            // Values: the weights' transpose times g.
            multiply(
                Product(
                    a: scores, aRow: 1, aColumn: keys, b: g + output + outputRow, bRow: width,
                    bColumn: 1, c: part(2, d), cRow: 3 * width, depth: queries.count,
                    isAdding: number > 0),
                rows: keys, columns: a.depth)
            // Weights, and from them scores.
            multiply(
                Product(
                    a: g + output + outputRow, aRow: width, aColumn: 1, b: part(2, a.inputs),
                    bRow: 1, bColumn: 3 * width, c: slopes, cRow: keys, depth: a.depth),
                rows: queries.count, columns: keys)
            VectorLoops.softmaxGradient(
                y: scores, scale: a.scale, upstream: slopes, into: slopes, rows: queries.count,
                width: keys)
            multiply(
                Product(
                    a: slopes, aRow: keys, aColumn: 1, b: part(1, a.inputs), bRow: 3 * width,
                    bColumn: 1, c: part(0, d) + inputRow, cRow: 3 * width, depth: keys),
                rows: queries.count, columns: a.depth)
            multiply(
                Product(
                    a: slopes, aRow: 1, aColumn: keys, b: part(0, a.inputs) + inputRow,
                    bRow: 3 * width, bColumn: 1, c: part(1, d), cRow: 3 * width,
                    depth: queries.count, isAdding: number > 0),
                rows: keys, columns: a.depth)
        }
        clearRest(d + input, parts: 3)
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

    /// Scores of some queries with every key that one of them attends to.
    private func score(_ queries: Range<Int>) {
        let keys = keys(of: queries)
        multiply(
            Product(
                a: part(0, a.inputs) + queries.lowerBound * 3 * width, aRow: 3 * width, aColumn: 1,
                b: part(1, a.inputs), bRow: 1, bColumn: 3 * width, c: scores, cRow: keys,
                depth: a.depth),
            rows: queries.count, columns: keys)
    }

    private func multiply(_ product: Product, rows: Int, columns: Int) {
        VectorLoops.multiply(product, rows: 0..<rows, columns: 0..<columns, scratch: scratch)
    }

    /// How many keys some queries attend to: the first ones.
    private func keys(of queries: Range<Int>) -> Int { a.isCausal ? queries.upperBound : length }

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
