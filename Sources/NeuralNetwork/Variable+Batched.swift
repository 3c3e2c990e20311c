import Kernels

extension Variable {
    /// The product of each pair of matrices: N×m×k times N×k×n is N×m×n.
    public func batchedMatmul(_ other: Variable) -> Variable {
        precondition(shape.count == 3 && other.shape.count == 3, "operands are N×rows×columns")
        let (count, m, k, n) = (shape[0], shape[1], shape[2], other.shape[2])
        let (a, b) = (value.floats, other.value.floats)
        let (needsA, needsB) = (needsGradient, other.needsGradient)
        let y = Kernels.product(
            MatrixBatch(a, count: count, rows: m, columns: k),
            MatrixBatch(b, count: count, rows: k, columns: n))
        let output = Tensor(shape: [count, m, n], floats: y)
        return .operation(output, of: [self, other], multiplyAdds: count * m * n * k) { g in
            let upstream = MatrixBatch(g.floats, count: count, rows: m, columns: n)
            func byA() -> Floats {
                Kernels.product(
                    upstream,
                    MatrixBatch(b, count: count, rows: n, columns: k, isTransposed: true))
            }
            func byB() -> Floats {
                Kernels.product(
                    MatrixBatch(a, count: count, rows: k, columns: m, isTransposed: true), upstream)
            }
            return [
                needsA ? Tensor(shape: [count, m, k], floats: byA()) : nil,
                needsB ? Tensor(shape: [count, k, n], floats: byB()) : nil,
            ]
        }
    }

    /// The Euclidean distance of every row of N×D from every other, N×N.
    ///
    /// Rows that coincide pass no gradient to each other.
    public func rowDistances() -> Variable {
        precondition(shape.count == 2, "rows are N×D, not \(shape)")
        let (x, count) = (value, shape[0])
        let y = Tensor(
            shape: [count, count], floats: Kernels.rowDistances(x.floats, rows: count))
        return .operation(y, of: [self]) { g in
            let slopes = Self.slopes(g.values, distances: y.values, count: count)
            let pulls = Variable(Tensor(shape: [count, count], values: slopes))
            let d = Variable(x) * pulls.sum(along: [1]) - pulls.matmul(Variable(x))
            return [d.value]
        }
    }

    /// (g_ij + g_ji) / distance_ij: how strongly i is drawn along x_i − x_j.
    private static func slopes(_ g: [Float], distances: [Float], count: Int) -> [Float] {
        (0..<count * count).map { place in
            let (i, j) = place.quotientAndRemainder(dividingBy: count)
            let both = g[place] + g[j * count + i]
            return distances[place] > 0 ? both / distances[place] : 0
        }
    }
}
