import Bytes

extension Model {
    /// Continues sequences of tokens by what a decoder predicts, a token at a time.
    ///
    /// The model sees as many tokens as its positions: where a sequence has more, the older half is
    /// left out.
    ///
    /// - Parameters:
    ///   - sequences: equally long, with at least one token each.
    ///   - count: how many tokens are added to each.
    ///   - choice: how each is chosen.
    ///   - key: what is drawn follows from it, from the place of the sequence and of the token.
    ///   - next: is told the tokens of all sequences once they are chosen, and returns false to
    ///     end early.
    /// - Returns: the tokens that were added.
    /// - Precondition: the model answers every position.
    public func continuations(
        of sequences: [[Int]], by count: Int, _ parameters: Parameters, _ buffers: Buffers,
        choice: TokenChoice, key: RandomKey, next: ([Int]) -> Bool = { _ in true }
    ) -> [[Int]] {
        precondition(Set(sequences.map(\.count)).count == 1, "sequences are equally long")
        var reader = Reader(self, sequences.count, parameters, buffers)
        var all = sequences
        var unread = sequences.map { Array($0.suffix(input.reduce(1, *))) }
        for place in 0..<count {
            if !reader.hasRoom(for: unread[0].count) {
                reader = Reader(self, sequences.count, parameters, buffers)
                let seen = max(1, input.reduce(1, *) / 2)
                unread = all.map { Array($0.suffix(seen)) }
            }
            let logits = reader.read(unread)
            let chosen = sequences.indices.map { row in
                choice(
                    logits.rows(row..<row + 1).values, key.child(row).uniform(at: place))
            }
            for row in sequences.indices { all[row].append(chosen[row]) }
            unread = chosen.map { [$0] }
            guard next(chosen) else { break }
        }
        return all.map { Array($0.dropFirst(sequences[0].count)) }
    }

    /// Reads sequences a piece at a time.
    private struct Reader {
        private let model: Model
        private let parameters: Parameters
        private let buffers: Buffers
        private let cache: DecodingCache

        init(_ model: Model, _ sequences: Int, _ parameters: Parameters, _ buffers: Buffers) {
            (self.model, self.parameters, self.buffers) = (model, parameters, buffers)
            cache = DecodingCache(sequences: sequences, capacity: model.input.reduce(1, *))
        }

        func hasRoom(for count: Int) -> Bool { cache.position + count <= cache.capacity }

        /// The logits behind the last token of each sequence, N×classes.
        func read(_ tokens: [[Int]]) -> Tensor {
            let pass = ForwardPass(
                .evaluation, parameters: parameters, buffers: buffers, key: RandomKey(seed: 0))
            pass.decoding = cache
            let x = Tensor(
                shape: [tokens.count, 1, 1, tokens[0].count],
                values: tokens.joined().map { Float($0) })
            let logits = model.network(Variable(x), pass).value
            let length = tokens[0].count
            return logits.selecting(rows: tokens.indices.map { ($0 + 1) * length - 1 })
        }
    }
}
