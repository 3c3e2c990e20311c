import Kernels

extension Variable {
    /// Matrices N×D₁, N×D₂, … side by side, N×(D₁ + D₂ + …).
    ///
    /// - Precondition: there is at least one, and all have as many rows.
    public static func concatenating(columns parts: [Variable]) -> Variable {
        if parts.count == 1 { return parts[0] }
        let ranges = columnRanges(parts.map { $0.shape[1] })
        let (rows, width) = (parts[0].shape[0], ranges.last?.upperBound ?? 0)
        var y = Floats(uninitialized: rows * width)
        for (range, part) in zip(ranges, parts) {
            Kernels.setColumns(range, of: &y, width: width, to: part.value.floats)
        }
        return .operation(Tensor(shape: [rows, width], floats: y), of: parts) { g in
            ranges.map { g.columns($0) }
        }
    }

    /// A matrix N×(D₁ + D₂ + …) as its parts N×D₁, N×D₂, ….
    ///
    /// - Precondition: the widths add up to the matrix's.
    public func split(intoColumns widths: [Int]) -> [Variable] {
        guard widths.count > 1 else { return [self] }
        let shape = shape
        precondition(widths.reduce(0, +) == shape[1], "the parts do not fill the matrix")
        // The parts' gradients are written into one matrix, that of `whole`.
        let whole = Variable.operation(value, of: [self]) { g in [g] }
        return Self.columnRanges(widths).map { range in
            .operation(value.columns(range), of: [whole]) { [node = whole.node] g in
                node?.place(g, inColumns: range, of: shape)
                return [nil]
            }
        }
    }

    private static func columnRanges(_ widths: [Int]) -> [Range<Int>] {
        var start = 0
        return widths.map { width in
            defer { start += width }
            return start..<start + width
        }
    }
}

extension Tensor {
    /// Some columns of a matrix.
    fileprivate func columns(_ range: Range<Int>) -> Tensor {
        Tensor(
            shape: [shape[0], range.count],
            floats: Kernels.columns(range, of: floats, width: shape[1]))
    }
}

extension Node {
    /// Writes a part of the gradient of a matrix into columns that no other part has.
    fileprivate func place(_ part: Tensor, inColumns range: Range<Int>, of shape: [Int]) {
        var whole = takeGradient() ?? Tensor(repeating: 0, shape: shape)
        whole.update { Kernels.setColumns(range, of: &$0, width: shape[1], to: part.floats) }
        accumulate(whole)
    }
}
