import Loops

extension VectorLoops {
    public static func sums(_ x: Pointer, rows: Int, channels: Int, into sums: Pointer) {
        forEachVector(channels) { channel, lanes in
            let sum = total(rows) { load(x + $0 * channels + channel) }
            store(sum, sums + channel, first: lanes)
        }
    }

    public static func moments(
        _ x: Pointer, rows: Int, channels: Int, mean: Pointer, squares: Pointer
    ) {
        let scale = Vector(repeating: 1 / Float(rows))
        forEachVector(channels) { channel, lanes in
            let m = total(rows) { load(x + $0 * channels + channel) } * scale
            var (rest, sum) = (Vector.zero, Vector.zero)
            for row in 0..<rows {
                let difference = load(x + row * channels + channel) - m
                rest += difference
                sum = sum.addingProduct(difference, difference)
            }
            // What rounding left of the mean (Chan, Golub and LeVeque 1983, their equation 1.7).
            rest *= scale
            store(m + rest, mean + channel, first: lanes)
            store(sum - rest * rest / scale, squares + channel, first: lanes)
        }
    }

    public static func affine(_ map: ChannelMap, rows: Range<Int>) {
        switch (map.residual, map.isRectified) {
        case (nil, false): affine(map, rows) { y, _ in y }
        case (nil, true): affine(map, rows) { y, _ in rectified(y) }
        case (let residual?, false): affine(map, rows) { y, place in y + load(residual + place) }
        case (let residual?, true):
            affine(map, rows) { y, place in rectified(y + load(residual + place)) }
        }
    }

    @inline(__always)
    private static func affine(
        _ map: ChannelMap, _ rows: Range<Int>, _ finish: (Vector, Int) -> Vector
    ) {
        forEachVector(map.channels) { channel, lanes in
            let (scale, shift) = (load(map.scale + channel), load(map.shift + channel))
            let mean = load(map.mean + channel)
            for row in rows {
                let place = row * map.channels + channel
                let y = shift.addingProduct(scale, load(map.x + place) - mean)
                store(finish(y, place), map.y + place, first: lanes)
            }
        }
    }

    /// Σ g and Σ g·(x − mean) of each channel, where the gradient passes.
    public static func gradientSums(
        _ gradient: ChannelGradient, rows: Range<Int>, into sums: Pointer
    ) {
        switch gradient.mask {
        case .everywhere: gradientSums(gradient, rows, into: sums) { g, _, _ in g }
        case .byInput(let scale, let shift):
            gradientSums(gradient, rows, into: sums) { g, place, channel in
                masked(g, by: input(gradient, scale, shift, place, channel))
            }
        case .byOutput(let y):
            gradientSums(gradient, rows, into: sums) { g, place, _ in
                masked(g, by: load(y + place))
            }
        }
    }

    @inline(__always)
    private static func gradientSums(
        _ gradient: ChannelGradient, _ rows: Range<Int>, into sums: Pointer,
        _ mask: (Vector, Int, Int) -> Vector
    ) {
        let channels = gradient.channels
        forEachVector(channels) { channel, lanes in
            let mean = load(gradient.mean + channel)
            var (sum, product) = (Vector.zero, Vector.zero)
            for row in rows {
                let place = row * channels + channel
                let g = mask(load(gradient.g + place), place, channel)
                sum += g
                product = product.addingProduct(g, load(gradient.x + place) - mean)
            }
            store(sum, sums + channel, first: lanes)
            store(product, sums + channels + channel, first: lanes)
        }
    }

    public static func gradient(_ gradient: ChannelGradient, rows: Range<Int>) {
        switch gradient.mask {
        case .everywhere: Self.gradient(gradient, rows) { g, _, _ in g }
        case .byInput(let scale, let shift):
            Self.gradient(gradient, rows) { g, place, channel in
                masked(g, by: input(gradient, scale, shift, place, channel))
            }
        case .byOutput(let y):
            Self.gradient(gradient, rows) { g, place, _ in masked(g, by: load(y + place)) }
        }
    }

    @inline(__always)
    private static func gradient(
        _ gradient: ChannelGradient, _ rows: Range<Int>, _ mask: (Vector, Int, Int) -> Vector
    ) {
        forEachVector(gradient.channels) { channel, lanes in
            let (a, b) = (load(gradient.a + channel), load(gradient.b + channel))
            let (c, mean) = (load(gradient.c + channel), load(gradient.mean + channel))
            for row in rows {
                let place = row * gradient.channels + channel
                let g = mask(load(gradient.g + place), place, channel)
                let d = c.addingProduct(b, load(gradient.x + place) - mean).addingProduct(a, g)
                store(d, gradient.d + place, first: lanes)
                if let target = gradient.masked { store(g, target + place, first: lanes) }
            }
        }
    }

    /// The forward result before rectification, made again.
    @inline(__always)
    private static func input(
        _ gradient: ChannelGradient, _ scale: Pointer, _ shift: Pointer, _ place: Int,
        _ channel: Int
    ) -> Vector {
        load(shift + channel).addingProduct(
            load(scale + channel), load(gradient.x + place) - load(gradient.mean + channel))
    }

    /// Σ of the vectors of all rows.
    @inline(__always)
    private static func total(_ rows: Int, _ vector: (Int) -> Vector) -> Vector {
        var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
        var row = 0
        while row + 4 <= rows {
            a += vector(row)
            b += vector(row + 1)
            c += vector(row + 2)
            d += vector(row + 3)
            row += 4
        }
        while row < rows {
            a += vector(row)
            row += 1
        }
        return (a + b) + (c + d)
    }
}

/// What is negative becomes zero; what is no number stays so.
@inline(__always)
func rectified(_ x: Vector) -> Vector {
    x.replacing(with: Vector.zero, where: x .< Vector.zero)
}

/// g where y is positive, 0 elsewhere.
@inline(__always)
func masked(_ g: Vector, by y: Vector) -> Vector {
    Vector.zero.replacing(with: g, where: y .> Vector.zero)
}
