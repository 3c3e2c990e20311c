import Kernels

extension Variable {
    /// The matrix product of m×k and k×n.
    public func matmul(_ other: Variable) -> Variable {
        let (m, k, n) = (shape[0], shape[1], other.shape[1])
        precondition(shape.count == 2 && other.shape.count == 2 && other.shape[0] == k)
        let (a, b) = (value.floats, other.value.floats)
        let (needsA, needsB) = (needsGradient, other.needsGradient)
        let y = Tensor.product(
            Matrix(a, rows: m, columns: k), Matrix(b, rows: k, columns: n))
        return .operation(y, of: [self, other], multiplyAdds: m * n * k) { g in
            let upstream = Matrix(g.floats, rows: m, columns: n)
            return [
                needsA
                    ? .product(upstream, Matrix(b, rows: n, columns: k, isTransposed: true)) : nil,
                needsB
                    ? .product(Matrix(a, rows: k, columns: m, isTransposed: true), upstream) : nil,
            ]
        }
    }

    /// x·wᵀ + b, and a function of every element of it where one is asked for.
    ///
    /// x: N×in, w: out×in as PyTorch keeps it, b: out or none.
    public func linear(
        _ weight: Variable, bias: Variable?, activation: UnaryOperation? = nil
    ) -> Variable {
        let (n, width, outputs) = (shape[0], shape[1], weight.shape[0])
        precondition(shape.count == 2 && weight.shape == [outputs, width])
        let (x, w) = (value.floats, weight.value.floats)
        let needsInput = needsGradient
        let (sums, result) = Kernels.linear(
            x, weights: w, bias: bias?.value.floats, inputs: width, activation: activation)
        let operands = [self, weight] + (bias.map { [$0] } ?? [])
        return .operation(
            Tensor(shape: [n, outputs], floats: result), of: operands,
            multiplyAdds: n * width * outputs, as: .linear(activation: activation)
        ) { upstream in
            let g =
                activation.map {
                    Kernels.gradient(of: $0, at: sums, upstream: upstream.floats)
                } ?? upstream.floats
            let byInput =
                needsInput
                ? Tensor.product(
                    Matrix(g, rows: n, columns: outputs), Matrix(w, rows: outputs, columns: width))
                : nil
            guard weight.wantsGradient else { return [byInput, nil, nil] }
            let gradient = Kernels.linearWeightGradient(g, x, inputs: width, outputs: outputs)
            return [
                byInput, Tensor(shape: [outputs, width], floats: gradient.weights),
                Tensor(shape: [outputs], floats: gradient.bias),
            ]
        }
    }
}

extension Tensor {
    static func product(_ a: Matrix, _ b: Matrix) -> Tensor {
        var floats = Floats(uninitialized: a.rows * b.columns)
        Kernels.product(a, b, into: &floats, adding: false)
        return Tensor(shape: [a.rows, b.columns], floats: floats)
    }
}
