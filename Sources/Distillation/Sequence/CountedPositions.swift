import NeuralNetwork

/// Which positions of sequences count for a loss: all but padding, at which a learner's activations
/// are 0.
///
/// They are those of the learner, which travelled through no codec.
struct CountedPositions {
    /// N×T: 1 where a position counts, 0 where it is padding.
    private let mask: Tensor
    /// How many positions of each sequence count, but 1 at least.
    let lengths: [Float]

    /// - Parameter rows: the learner's activation, N×T×D.
    init(of rows: Variable) {
        self.init(sizes: rows.detached.absolute().sum(along: [2]).value, length: rows.shape[1])
    }

    /// - Parameter scores: the learner's scores of an attention, N×heads×T×T.
    init(ofScores scores: Variable) {
        self.init(
            sizes: scores.detached.absolute().sum(along: [1, 3]).value, length: scores.shape[2])
    }

    /// - Parameter sizes: a number for each of N·T positions, 0 at padding.
    private init(sizes: Tensor, length: Int) {
        let values = sizes.values.map { $0 == 0 ? 0 : 1 as Float }
        mask = Tensor(shape: [values.count / length, length], values: values)
        lengths = Variable(mask).sum(along: [1]).map(.atLeast(1)).value.values
    }

    /// How many positions of all sequences count.
    var count: Float { lengths.reduce(0, +) }

    /// Rows N×T×D with 0 at padding.
    func applied(to rows: Variable) -> Variable {
        rows * Variable(mask.reshaped(mask.shape + [1]))
    }

    /// N×1×T×T: 1 where both positions count, else 0.
    var pairs: Variable {
        let (count, length) = (mask.shape[0], mask.shape[1])
        return Variable(mask.reshaped([count, 1, length, 1]))
            * Variable(mask.reshaped([count, 1, 1, length]))
    }
}

extension Variable {
    /// An activation N×D×H×W as rows N×T×D of its T = H·W positions.
    var positions: Variable {
        let map = asMap
        let (count, width) = (map.shape[0], map.shape[1])
        return map.reshaped([count, width, map.shape[2] * map.shape[3]]).permuted([0, 2, 1])
    }
}
