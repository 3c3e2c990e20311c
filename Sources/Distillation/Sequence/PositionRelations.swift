import NeuralNetwork

/// How the positions of a sequence relate, and how far two sides' relations are apart.
extension Variable {
    /// x·xᵀ / √depth of each head's share of the width of an activation N×D×H×W: N×heads×T×T for
    /// its T = H·W positions.
    ///
    /// - Precondition: the heads divide D.
    func relations(heads: Int) -> Variable {
        let map = asMap
        let (count, length) = (map.shape[0], map.shape[2] * map.shape[3])
        let depth = map.shape[1] / heads
        let columns = map.reshaped([count * heads, depth, length])
        let products = columns.permuted([0, 2, 1]).batchedMatmul(columns)
        return (products / Float(depth).squareRoot()).reshaped([count, heads, length, length])
    }
}

extension CountedPositions {
    /// Added to the score of a position that does not count: e to it is 0, whatever the score.
    private static let excluded: Float = -1e30

    /// KL(teacher‖student) between the softmax of rows of scores N×heads×T×T, averaged over heads,
    /// over the positions of a sequence, and over sequences. Padding has part in no row or column.
    ///
    /// - Parameters:
    ///   - student: the learner's scores.
    ///   - teacher: its teacher's, constants.
    func divergence(of student: Variable, from teacher: Variable) -> Variable {
        let (count, heads) = (student.shape[0], student.shape[1])
        let shares = lengths.map { 1 / ($0 * Float(heads * count)) }
        let (p, q) = (logProbabilities(teacher), logProbabilities(student))
        let each = (p.exp() * (p - q)).sum(along: [1, 2, 3])
        let exact = shares.enumerated().reduce(0.0) { sum, share in
            let row = share.offset..<share.offset + 1
            return sum + Double(share.element)
                * Tensor.divergence(from: p.value.rows(row), to: q.value.rows(row))
        }
        let weights = Variable(Tensor(shape: each.shape, values: shares))
        return (each * weights).sum().reporting(exact)
    }

    /// The logarithms of the softmax of each row, over the positions that count.
    private func logProbabilities(_ scores: Variable) -> Variable {
        (scores + (pairs - 1) * -Self.excluded).relativeToRowMaxima().logSoftmax()
    }
}
