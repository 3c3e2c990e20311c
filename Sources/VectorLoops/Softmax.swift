import Loops

extension VectorLoops {
    /// x less the largest element of its row.
    @inline(never)
    public static func subtractMaxima(_ x: Pointer, _ y: Pointer, rows: Int, width: Int) {
        for row in 0..<rows {
            let (x, y) = (x + row * width, y + row * width)
            let peak = rowMaximum(x, scale: 1, width)
            forEachVector(width) { place, lanes in
                store(load(x + place) - peak, y + place, first: lanes)
            }
        }
    }

    /// log Σ eˣ of each row.
    public static func logSums(_ x: Pointer, rows: Int, width: Int, into sums: Pointer) {
        RowGroup.forEach(rows) { group in
            let x = x + group.first * width
            group.findPeaks(x, scale: 1, width)
            group.addExponentials(x, width)
            group.storeLogSums(sums)
        }
    }

    /// The softmax of scale·x in each row, shifted by the row's maximum; x and y may be the same.
    ///
    /// - Parameter logSums: where the logarithm of each row's sum of exponentials goes, if
    ///   anywhere.
    public static func softmax(
        _ x: Pointer, scale: Float, _ y: Pointer, logSums: Pointer?, rows: Int, width: Int
    ) {
        RowGroup.forEach(rows) { group in
            let start = group.first * width
            group.findPeaks(x + start, scale: scale, width)
            group.storeExponentials(x + start, scale: scale, y + start, width)
            group.divide(y + start, width)
            if let logSums { group.storeLogSums(logSums) }
        }
    }

    /// exp(scale·x − s) with one s for each row, the logarithm of its sum: the softmax.
    @inline(never)
    public static func exponentials(
        _ x: Pointer, scale: Float, minus shifts: Pointer, _ y: Pointer, rows: Int, width: Int
    ) {
        for row in 0..<rows {
            let start = row * width
            forEachVector(width) { place, lanes in
                store(
                    exponentialUpToOne(load(x + start + place) * scale - shifts[row]),
                    y + start + place, first: lanes)
            }
        }
    }

    /// scale·y·(g − Σ g·y) in each row; d may be g.
    @inline(never)
    public static func softmaxGradient(
        y: Pointer, scale: Float, upstream g: Pointer, into d: Pointer, rows: Int, width: Int
    ) {
        for row in 0..<rows {
            let (y, g, d) = (y + row * width, g + row * width, d + row * width)
            let projection = rowSum(width) { load(y + $0) * load(g + $0) }
            forEachVector(width) { place, lanes in
                let slope = load(y + place) * scale
                store(slope * (load(g + place) - projection), d + place, first: lanes)
            }
        }
    }

    /// g − exp(y)·Σ g in each row.
    @inline(never)
    public static func logSoftmaxGradient(
        y: Pointer, upstream g: Pointer, into d: Pointer, rows: Int, width: Int
    ) {
        for row in 0..<rows {
            let (y, g, d) = (y + row * width, g + row * width, d + row * width)
            let total = rowSum(width) { load(g + $0) }
            forEachVector(width) { place, lanes in
                store(
                    load(g + place) - exponentialUpToOne(load(y + place)) * total, d + place,
                    first: lanes)
            }
        }
    }
}

/// Up to sixteen rows, of which each step treats all before the next step begins: the steps of one
/// row have to wait for each other.
private struct RowGroup {
    let first: Int
    let count: Int
    /// The maximum of each row, and the sum of its exponentials.
    let peaks: Pointer
    let sums: Pointer

    @inline(__always)
    static func forEach(_ rows: Int, _ body: (RowGroup) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 2 * width * 4, alignment: 64) { memory in
            guard let base = memory.baseAddress else { return }
            let peaks = base.bindMemory(to: Float.self, capacity: 2 * width)
            forEachVector(rows) { first, count in
                body(RowGroup(first: first, count: count, peaks: peaks, sums: peaks + width))
            }
        }
    }

    @inline(never)
    func findPeaks(_ x: Pointer, scale: Float, _ width: Int) {
        for row in 0..<count { peaks[row] = rowMaximum(x + row * width, scale: scale, width) }
    }

    @inline(never)
    func addExponentials(_ x: Pointer, _ width: Int) {
        for row in 0..<count {
            let (x, peak) = (x + row * width, peaks[row])
            sums[row] = rowSum(width) { exponentialUpToOne(load(x + $0) - peak) }
        }
    }

    @inline(never)
    func storeExponentials(_ x: Pointer, scale: Float, _ y: Pointer, _ width: Int) {
        for row in 0..<count {
            let (x, y, peak) = (x + row * width, y + row * width, peaks[row])
            var sum = Vector.zero
            forEachVector(width) { place, lanes in
                let e = exponentialUpToOne(load(x + place) * scale - peak)
                sum += lanes < Layout.panel ? select(firstLanes(lanes), e, .zero) : e
                store(e, y + place, first: lanes)
            }
            sums[row] = laneSum(sum)
        }
    }

    @inline(never)
    func divide(_ y: Pointer, _ width: Int) {
        for row in 0..<count {
            let (y, factor) = (y + row * width, 1 / sums[row])
            forEachVector(width) { place, lanes in
                store(load(y + place) * factor, y + place, first: lanes)
            }
        }
    }

    @inline(never)
    func storeLogSums(_ target: Pointer) {
        store(load(peaks) + logarithm(load(sums)), target + first, first: count)
    }
}
