import Loops

extension VectorLoops {
    /// Normalises some rows, and stores their moments.
    @inline(never)
    public static func normalize(_ n: RowNormalization, rows: Range<Int>, into y: Pointer) {
        let share = 1 / Float(n.width)
        for row in rows {
            let (x, y) = (n.x + row * n.width, y + row * n.width)
            let mean = rowSum(n.width) { load(x + $0) } * share
            let squares = rowSum(n.width) { place in
                let difference = load(x + place) - mean
                return difference * difference
            }
            let inverse = 1 / (squares * share + n.epsilon).squareRoot()
            (n.means[row], n.inverses[row]) = (mean, inverse)
            forEachVector(n.width) { place, lanes in
                let centred = (load(x + place) - mean) * inverse
                store(
                    load(n.shift + place).addingProduct(centred, load(n.scale + place)),
                    y + place, first: lanes)
            }
        }
    }

    /// The gradient in x; those in scale and shift are added to `sums`, first all of scale's.
    @inline(never)
    public static func normalizeGradient(
        _ n: RowNormalization, upstream g: Pointer, rows: Range<Int>, into d: Pointer,
        sums: Pointer
    ) {
        let share = 1 / Float(n.width)
        for row in rows {
            let start = row * n.width
            let (x, g, d) = (n.x + start, g + start, d + start)
            let (mean, inverse) = (n.means[row], n.inverses[row])
            var (sum, product) = (Vector.zero, Vector.zero)
            forEachVector(n.width) { place, lanes in
                let (upstream, centred) = (load(g + place), (load(x + place) - mean) * inverse)
                let (byScale, byShift) = (sums + place, sums + n.width + place)
                store(
                    load(byScale).addingProduct(upstream, centred), byScale, first: lanes)
                store(load(byShift) + upstream, byShift, first: lanes)
                let inner = upstream * load(n.scale + place)
                sum += first(lanes, of: inner)
                product += first(lanes, of: inner * centred)
            }
            let (a, b) = (laneSum(sum) * share, laneSum(product) * share)
            forEachVector(n.width) { place, lanes in
                let centred = (load(x + place) - mean) * inverse
                let inner = load(g + place) * load(n.scale + place) - a
                store((inner - centred * b) * inverse, d + place, first: lanes)
            }
        }
    }
}
