import Kernels

extension FaceCase {
    /// Runs of floats, and their parts.
    static let memory: [FaceCase] = [
        .init("a run of a negative length") { _ = Floats(uninitialized: -$0) },
        .init("a slice beyond the end") { _ = run(4)[1..<4 + $0] },
        .init("a slice before the beginning") { _ = run(4)[-$0..<2] },
        .init("an index beyond the end") { _ = run(4)[3 + $0] },
        .init("an index before the beginning") { _ = run(4)[-$0] },
        .init("a replacement beyond the end") { excess in
            var x = run(4)
            x.replace(at: 2 + excess, with: run(2))
        },
        .init("a replacement before the beginning") { excess in
            var x = run(4)
            x.replace(at: -excess, with: run(2))
        },
        .init("a range to fill beyond the end") { excess in
            var x = run(4)
            x.fill(2..<4 + excess, with: 1)
        },
        .init("a number of threads below 1") { Parallel.withThreads(1 - $0) {} },
        .init("images whose channels do not fill their memory") {
            _ = Kernels.channelsLast(run(12 + $0), images: 2, channels: 3)
        },
        .init("columns beyond the last") { _ = Kernels.columns(1..<3 + $0, of: run(6), width: 3) },
        .init("columns before the first") { _ = Kernels.columns(-$0..<1, of: run(6), width: 3) },
        .init("columns of what is no rows") {
            _ = Kernels.columns(0..<1, of: run(6 + $0), width: 3)
        },
        .init("columns of another size to set") { excess in
            var x = run(6)
            Kernels.setColumns(0..<2, of: &x, width: 3, to: run(4 + excess))
        },
        .init("columns beyond the last to set") { excess in
            var x = run(6)
            Kernels.setColumns(1..<3 + excess, of: &x, width: 3, to: run(4 + 2 * excess))
        },
        .init("a transpose of what is no rows") {
            _ = Kernels.transposed(run(6 + $0), rows: 2, columns: 3)
        },
        .init("images with channels last that do not fill their memory") {
            _ = Kernels.channelsFirst(run(12 + $0), images: 2, channels: 3)
        },
    ]

    /// Matrices and their products.
    static let matrices: [FaceCase] = [
        .init("a matrix that does not fill its memory") {
            _ = Matrix(run(6), rows: 2, columns: 3 + $0)
        },
        .init("a matrix of negative extents") {
            _ = Matrix(run(6), rows: $0 == 0 ? 2 : -2, columns: $0 == 0 ? 3 : -3)
        },
        .init("a product of extents that differ") { excess in
            var result = run(4)
            Kernels.product(
                Matrix(run(6), rows: 2, columns: 3),
                Matrix(run(6 + 2 * excess), rows: 3 + excess, columns: 2), into: &result,
                adding: false)
        },
        .init("a product into too little memory") { excess in
            var result = run(4 - excess)
            Kernels.product(
                Matrix(run(6), rows: 2, columns: 3), Matrix(run(6), rows: 3, columns: 2),
                into: &result, adding: true)
        },
        .init("matrices that do not fill their memory") {
            _ = MatrixBatch(run(12), count: 2, rows: 2, columns: 3 + $0)
        },
        .init("products of different numbers of matrices") { excess in
            _ = Kernels.product(
                MatrixBatch(run(12), count: 2, rows: 2, columns: 3),
                MatrixBatch(run(12 + 6 * excess), count: 2 + excess, rows: 3, columns: 2))
        },
        .init("products of matrices whose extents differ") { excess in
            _ = Kernels.product(
                MatrixBatch(run(12), count: 2, rows: 2, columns: 3),
                MatrixBatch(run(12 + 4 * excess), count: 2, rows: 3 + excess, columns: 2))
        },
        .init("inputs of a linear layer that are no rows") {
            _ = Kernels.linear(run(6 + $0), weights: run(12), bias: nil, inputs: 3)
        },
        .init("weights of a linear layer that are no rows") {
            _ = Kernels.linear(run(6), weights: run(12 + $0), bias: nil, inputs: 3)
        },
        .init("a bias of a linear layer of another width") {
            _ = Kernels.linear(run(6), weights: run(12), bias: run(4 - $0), inputs: 3)
        },
        .init("a linear layer's gradient of another size") {
            _ = Kernels.linearWeightGradient(run(8 + $0), run(6), inputs: 3, outputs: 4)
        },
        .init("a square matrix that is not square") {
            _ = OpenBLAS.shared?.product(run(4), run(4 + $0), side: 2)
        },
    ]

    /// Views with steps.
    static let strided: [FaceCase] = [
        .init("a view beyond its memory") {
            _ = Strided(run(6), steps: [3, 1 + $0], within: [2, 3])
        },
        .init("a view without a step for each dimension") {
            _ = Strided(run(6), steps: [3, 1] + [Int](repeating: 0, count: $0), within: [2, 3])
        },
        .init("a view with a negative step") {
            _ = Strided(run(6), steps: [3, $0 == 0 ? 1 : -1], within: [2, 3])
        },
        .init("a pair of which the first has another shape") {
            _ = Kernels.apply(.add, view([2, 3 + $0]), view([2, 3]), shape: [2, 3])
        },
        .init("a pair of which the second has another shape") {
            _ = Kernels.apply(.add, view([2, 3]), view([2, 3 - $0]), shape: [2, 3])
        },
        .init("a walk in another shape") { _ = Kernels.gather(view([2, 3]), shape: [2 + $0, 3]) },
        .init("a sum of a shape that does not fill its memory") {
            _ = Kernels.sum(run(6 + $0), shape: [2, 3], steps: [1, 0], count: 2)
        },
        .init("a sum without a step for each dimension") {
            _ = Kernels.sum(run(6), shape: [2, 3], steps: $0 == 0 ? [1, 0] : [1], count: 2)
        },
        .init("a sum into too little memory") {
            _ = Kernels.sum(run(6), shape: [2, 3], steps: [1, 0], count: 2 - $0)
        },
    ]

    /// Functions of elements.
    static let elements: [FaceCase] = [
        .init("a pair of different sizes") { _ = Kernels.apply(.multiply, run(5), run(5 + $0)) },
        .init("a gradient of another size") {
            _ = Kernels.gradient(of: .tanh, at: run(5), upstream: run(5 - $0))
        },
    ]

    /// Steps of optimisers.
    static let optimizers: [FaceCase] = [
        .init("a gradient of another size than the weights") {
            descend(gradient: 5 - $0, velocity: 5, momentum: 0.9)
        },
        .init("a velocity of another size than the weights") {
            descend(gradient: 5, velocity: 5 - $0, momentum: 0.9)
        },
        .init("a gradient of another size, without momentum") {
            descend(gradient: 5 - $0, velocity: 0, momentum: 0)
        },
        .init("AdamW's gradient of another size") { adapt(gradient: 5 - $0, first: 5, second: 5) },
        .init("AdamW's mean of another size") { adapt(gradient: 5, first: 5 - $0, second: 5) },
        .init("AdamW's mean square of another size") {
            adapt(gradient: 5, first: 5, second: 5 - $0)
        },
        .init("a sum of runs of different sizes") { excess in
            var x = run(5)
            Kernels.add(run(5 - excess), times: 2, to: &x)
        },
    ]

    private static func view(_ shape: [Int]) -> Strided {
        Strided(run(shape.reduce(1, *)), steps: [shape[1], 1], within: shape)
    }

    private static func descend(gradient: Int, velocity: Int, momentum: Float) {
        var (weights, velocity) = (run(5), run(velocity))
        Kernels.update(
            &weights, gradient: run(gradient), velocity: &velocity,
            by: .init(rate: 0.1, momentum: momentum, decay: 0, isNesterov: false))
    }

    private static func adapt(gradient: Int, first: Int, second: Int) {
        var (weights, first, second) = (run(5), run(first), run(second))
        Kernels.update(
            &weights, gradient: run(gradient), first: &first, second: &second,
            by: .init(
                rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0,
                corrections: (0.1, 0.01)))
    }
}
