import Kernels

extension Variable {
    /// Entries of the first dimension by their numbers, in the order asked for; one may come twice.
    ///
    /// N×… becomes (rows asked for)×….
    public func selecting(rows: [Int]) -> Variable {
        let whole = shape
        let width = whole.dropFirst().reduce(1, *)
        return .operation(value.selecting(rows: rows), of: [self]) { g in
            let d = Kernels.rowsGradient(
                g.floats, width: width, at: rows, count: whole.reduce(1, *))
            return [Tensor(shape: whole, floats: d)]
        }
    }

    /// Elements by their row-major numbers, in a shape of their own.
    public func selecting(elements: [Int], shape: [Int]) -> Variable {
        reshaped([value.count, 1]).selecting(rows: elements).reshaped(shape)
    }
}

extension Tensor {
    /// Entries of the first dimension by their numbers, in the order asked for; one may come twice.
    public func selecting(rows: [Int]) -> Tensor {
        Tensor(
            shape: [rows.count] + shape.dropFirst(),
            floats: Kernels.rows(
                floats, width: shape.dropFirst().reduce(1, *), at: rows))
    }
}
