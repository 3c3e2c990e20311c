import Kernels

extension Variable {
    /// The softmax along the last dimension.
    public func softmax() -> Variable {
        let width = shape.last ?? 1
        let y = Tensor(shape: shape, floats: Kernels.softmax(value.floats, width: width))
        return .operation(y, of: [self], as: .softmax) { g in
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

    /// Each row along the last dimension less its largest element, which counts as a constant.
    public func relativeToRowMaxima() -> Variable {
        let width = shape.last ?? 1
        let y = Kernels.relativeToMaxima(value.floats, width: width)
        return .operation(Tensor(shape: shape, floats: y), of: [self]) { g in [g] }
    }

    /// The mean cross-entropy of logits N×classes against labels, in nats.
    ///
    /// - Parameter smoothing: the share ε of the target that is spread over all classes (Szegedy et
    ///   al. 2016): q = (1 − ε)·onehot + ε / classes.
    public func crossEntropy(_ labels: [Int], smoothing: Float = 0) -> Variable {
        let (count, classes) = (shape[0], shape[1])
        precondition(labels.count == count, "a label for each sample")
        let x = value.floats
        let losses = Kernels.crossEntropy(
            x, classes: classes, labels: labels, smoothing: smoothing)
        let mean = Tensor(losses.sum / Float(count))
        return .operation(mean, of: [self]) { g in
            let d = Kernels.crossEntropyGradient(
                x, classes: classes, labels: labels, smoothing: smoothing,
                logSums: losses.logSums, factor: g.scalar / Float(count))
            return [Tensor(shape: [count, classes], floats: d)]
        }
    }
}
