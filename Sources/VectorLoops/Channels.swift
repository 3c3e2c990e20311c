import Loops

extension VectorLoops {
    /// The sum of each column.
    public static func sums(_ x: Pointer, floats: Range<Int>, width: Int, into sums: Pointer) {
        sums.update(repeating: 0, count: width)
        forEachGroup(floats, width) { place, group in
            add(group, to: sums) { offset, _ in load(x + place + offset) }
        }
    }

    /// Adds a row to every row of y.
    public static func addRow(_ row: Pointer, width: Int, to y: Pointer, floats: Int) {
        forEachVector(0..<floats, width) { place, column, lanes in
            store(load(y + place) + load(row + column), y + place, first: lanes)
        }
    }

    /// The mean of each column, and the sum of squared distances from it.
    public static func moments(
        _ x: Pointer, floats: Range<Int>, width: Int, mean: Pointer, squares: Pointer
    ) {
        sums(x, floats: floats, width: width, into: mean)
        for column in 0..<width {
            let rows = (floats.count - column + width - 1) / width
            mean[column] /= Float(max(1, rows))
            squares[column] = 0
        }
        forEachGroup(floats, width) { place, group in
            add(group, to: squares) { offset, column in
                let difference = load(x + place + offset) - load(mean + column)
                return difference * difference
            }
        }
    }

    /// Each combination of residual and rectification is a loop of its own.
    public static func affine(_ map: ChannelMap, floats: Range<Int>) {
        switch (map.residual, map.isRectified) {
        case (nil, false): affine(map, floats) { y, _ in y }
        case (nil, true): affine(map, floats) { y, _ in rectified(y) }
        case (let residual?, false): affine(map, floats) { y, place in y + load(residual + place) }
        case (let residual?, true):
            affine(map, floats) { y, place in rectified(y + load(residual + place)) }
        }
    }

    @inline(__always)
    private static func affine(
        _ map: ChannelMap, _ floats: Range<Int>, _ finish: (Vector, Int) -> Vector
    ) {
        forEachVector(floats, map.width) { place, column, lanes in
            let centred = load(map.x + place) - load(map.mean + column)
            let y = load(map.shift + column).addingProduct(load(map.scale + column), centred)
            store(finish(y, place), map.y + place, first: lanes)
        }
    }

    /// Σ g and Σ g·(x − mean) of each column, where the gradient passes.
    public static func gradientSums(
        _ gradient: ChannelGradient, floats: Range<Int>, into sums: Pointer
    ) {
        let products = sums + gradient.width
        sums.update(repeating: 0, count: 2 * gradient.width)
        switch gradient.mask {
        case .everywhere:
            addProducts(gradient, floats, sums, products) { g, _, _, _ in g }
        case .byInput(let scale, let shift):
            addProducts(gradient, floats, sums, products) { g, centred, _, column in
                masked(
                    g, by: load(shift + column).addingProduct(load(scale + column), centred))
            }
        case .byOutput(let y):
            addProducts(gradient, floats, sums, products) { g, _, place, _ in
                masked(g, by: load(y + place))
            }
        }
    }

    @inline(__always)
    private static func addProducts(
        _ gradient: ChannelGradient, _ floats: Range<Int>, _ sums: Pointer, _ products: Pointer,
        _ mask: (_ g: Vector, _ centred: Vector, _ place: Int, _ column: Int) -> Vector
    ) {
        forEachGroup(floats, gradient.width) { place, group in
            add(group, to: sums, products) { offset, column in
                let centred = load(gradient.x + place + offset) - load(gradient.mean + column)
                let g = mask(load(gradient.g + place + offset), centred, place + offset, column)
                return (g, g * centred)
            }
        }
    }

    /// Each mask is a loop of its own.
    public static func gradient(_ gradient: ChannelGradient, floats: Range<Int>) {
        guard let masked = gradient.masked else {
            forEachGradient(gradient, floats) { g, centred, place, column, lanes in
                store(input(gradient, g, centred, column), gradient.d + place, first: lanes)
            }
            return
        }
        forEachGradient(gradient, floats) { g, centred, place, column, lanes in
            store(input(gradient, g, centred, column), gradient.d + place, first: lanes)
            store(g, masked + place, first: lanes)
        }
    }

    @inline(__always)
    private static func input(
        _ gradient: ChannelGradient, _ g: Vector, _ centred: Vector, _ column: Int
    ) -> Vector {
        load(gradient.c + column).addingProduct(load(gradient.b + column), centred)
            .addingProduct(load(gradient.a + column), g)
    }

    /// Calls `body` with the masked gradient and the centred input of each vector.
    @inline(__always)
    private static func forEachGradient(
        _ gradient: ChannelGradient, _ floats: Range<Int>,
        _ body: (_ g: Vector, _ centred: Vector, _ place: Int, _ column: Int, _ lanes: Int) -> Void
    ) {
        switch gradient.mask {
        case .everywhere:
            forEachVector(floats, gradient.width) { place, column, lanes in
                body(
                    load(gradient.g + place),
                    load(gradient.x + place) - load(gradient.mean + column), place, column, lanes)
            }
        case .byInput(let scale, let shift):
            forEachVector(floats, gradient.width) { place, column, lanes in
                let centred = load(gradient.x + place) - load(gradient.mean + column)
                let y = load(shift + column).addingProduct(load(scale + column), centred)
                body(masked(load(gradient.g + place), by: y), centred, place, column, lanes)
            }
        case .byOutput(let y):
            forEachVector(floats, gradient.width) { place, column, lanes in
                body(
                    masked(load(gradient.g + place), by: load(y + place)),
                    load(gradient.x + place) - load(gradient.mean + column), place, column, lanes)
            }
        }
    }

    /// Walks over memory from its beginning to its end, as rows of `columns` floats.
    @inline(__always)
    private static func forEachVector(
        _ floats: Range<Int>, _ columns: Int,
        _ body: (_ place: Int, _ column: Int, _ lanes: Int) -> Void
    ) {
        var row = floats.lowerBound
        while row < floats.upperBound {
            let count = min(columns, floats.upperBound - row)
            var column = 0
            while column + width <= count {
                body(row + column, column, width)
                column += width
            }
            if column < count { body(row + column, column, count - column) }
            row += columns
        }
    }
}

/// Neighbouring columns of rows, at most four vectors of them.
private struct ColumnGroup {
    let rows: Int
    /// Floats from one row to the next.
    let step: Int
    let column: Int
    let count: Int
}

/// Calls `body` with the first float of each group of columns. What lies in the last row, which may
/// be shorter, comes by itself.
@inline(__always)
private func forEachGroup(
    _ floats: Range<Int>, _ columns: Int, _ body: (_ place: Int, _ group: ColumnGroup) -> Void
) {
    let (rows, rest) = floats.count.quotientAndRemainder(dividingBy: columns)
    for column in stride(from: 0, to: columns, by: 4 * width) {
        let place = floats.lowerBound + column
        if rows > 0 {
            let count = min(4 * width, columns - column)
            body(place, ColumnGroup(rows: rows, step: columns, column: column, count: count))
        }
        if column < rest {
            let count = min(4 * width, rest - column)
            body(
                place + rows * columns,
                ColumnGroup(rows: 1, step: columns, column: column, count: count))
        }
    }
}

/// Adds the terms of a group's rows to the sums of its columns.
@inline(__always)
private func add(
    _ group: ColumnGroup, to sums: Pointer, _ term: (_ offset: Int, _ column: Int) -> Vector
) {
    let target = sums + group.column
    if group.count == 4 * width {
        var total = InlineArray<4, Vector>(repeating: .zero)
        for row in 0..<group.rows {
            for v in 0..<4 {
                total[v] += term(row * group.step + v * width, group.column + v * width)
            }
        }
        for v in 0..<4 { store(load(target + v * width) + total[v], target + v * width) }
        return
    }
    forEachVector(group.count) { column, lanes in
        var total = Vector.zero
        for row in 0..<group.rows {
            total += term(row * group.step + column, group.column + column)
        }
        store(load(target + column) + total, target + column, first: lanes)
    }
}

/// Adds two terms of each of a group's vectors.
@inline(__always)
private func add(
    _ group: ColumnGroup, to first: Pointer, _ second: Pointer,
    _ terms: (_ offset: Int, _ column: Int) -> (Vector, Vector)
) {
    if group.count == 4 * width {
        var (a, b) = (
            InlineArray<4, Vector>(repeating: .zero), InlineArray<4, Vector>(repeating: .zero)
        )
        for row in 0..<group.rows {
            for v in 0..<4 {
                let term = terms(row * group.step + v * width, group.column + v * width)
                a[v] += term.0
                b[v] += term.1
            }
        }
        for v in 0..<4 {
            let place = group.column + v * width
            store(load(first + place) + a[v], first + place)
            store(load(second + place) + b[v], second + place)
        }
        return
    }
    forEachVector(group.count) { column, lanes in
        var (a, b) = (Vector.zero, Vector.zero)
        for row in 0..<group.rows {
            let term = terms(row * group.step + column, group.column + column)
            a += term.0
            b += term.1
        }
        let place = group.column + column
        store(load(first + place) + a, first + place, first: lanes)
        store(load(second + place) + b, second + place, first: lanes)
    }
}

/// What is negative becomes zero; what is no number stays so.
@inline(__always)
func rectified(_ x: Vector) -> Vector {
    select(x .< Vector.zero, .zero, x)
}

/// g where y is positive, 0 elsewhere.
@inline(__always)
func masked(_ g: Vector, by y: Vector) -> Vector {
    select(y .> Vector.zero, g, .zero)
}
