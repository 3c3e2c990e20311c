import NeuralNetwork

extension Variable {
    /// log softmax(z / T) of logits N×classes.
    ///
    /// The row's maximum goes before the division, so that logits of any size keep their precision.
    func logProbabilities(at temperature: Float) -> Variable {
        (relativeToRowMaxima() / temperature).logSoftmax()
    }

    /// log Σ exp of each row, N×K to N×1.
    func logSumExponentials() -> Variable {
        let peaks = Variable(value.rowMaxima)
        return (self - peaks).exp().sum(along: [1]).log() + peaks
    }

    /// The Euclidean norm of each row, N×D to N×1; a row of zeros passes no gradient.
    func rowNorms() -> Variable {
        (self * normalizedRows().detached).sum(along: [1])
    }
}

extension Tensor {
    /// The largest of each row, N×K to N×1.
    var rowMaxima: Tensor {
        let width = shape[1]
        let places = argmax.enumerated().map { $0.offset * width + $0.element }
        return reshaped([count, 1]).selecting(rows: places)
    }
}

/// T² · Σ p·(log p − log q) averaged over samples, from logarithms N×classes; nothing where p is
/// zero. Its value is the one in float64.
func divergence(from p: Variable, to q: Variable, temperature: Float) -> Variable {
    let scale = temperature * temperature / Float(p.shape[0])
    let exact = Tensor.divergence(from: p.value, to: q.value)
    return ((p.exp() * (p - q)).sum() * scale).reporting(exact * Double(scale))
}
