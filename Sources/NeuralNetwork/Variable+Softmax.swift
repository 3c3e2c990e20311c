import Kernels

extension Variable {
    /// The softmax along the last dimension.
    public func softmax() -> Variable {
        let width = shape.last ?? 1
        let y = Tensor(shape: shape, floats: Kernels.softmax(value.floats, width: width))
        return .operation(y, of: [self]) { g in
            let d = Kernels.softmaxGradient(y: y.floats, upstream: g.floats, width: width)
            return [Tensor(shape: y.shape, floats: d)]
        }
    }

    /// The logarithm of the softmax along the last dimension.
    public func logSoftmax() -> Variable {
        let width = shape.last ?? 1
        let y = Tensor(shape: shape, floats: Kernels.logSoftmax(value.floats, width: width))
        return .operation(y, of: [self]) { g in
            let d = Kernels.logSoftmaxGradient(y: y.floats, upstream: g.floats, width: width)
            return [Tensor(shape: y.shape, floats: d)]
        }
    }

    /// The mean cross-entropy of logits N×classes against labels, in nats.
    ///
    /// - Parameter smoothing: the share ε of the target that is spread over all classes (Szegedy et
    ///   al. 2016): q = (1 − ε)·onehot + ε / classes.
    public func crossEntropy(_ labels: [Int], smoothing: Float = 0) -> Variable {
        let (count, classes) = (shape[0], shape[1])
        precondition(labels.count == count, "a label for each sample")
        var target = [Float](repeating: smoothing / Float(classes), count: count * classes)
        for (row, label) in labels.enumerated() {
            precondition(label >= 0 && label < classes, "label \(label) of \(classes) classes")
            target[row * classes + label] += 1 - smoothing
        }
        let q = Variable(Tensor(shape: shape, values: target))
        return (logSoftmax() * q).sum() / -Float(count)
    }
}
