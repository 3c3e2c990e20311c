import Loops

/// The first lanes of a vector.
@inline(__always)
func firstLanes(_ count: Int) -> SIMDMask<Bits> {
    SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        .< SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: count))
}

/// A vector whose lanes beyond the first are zeros.
@inline(__always)
func first(_ lanes: Int, of x: Vector) -> Vector {
    lanes < Layout.panel ? select(firstLanes(lanes), x, .zero) : x
}

/// The sum of all lanes, in halves: a chain of sixteen additions takes longer than a row of a
/// softmax.
@inline(__always)
func laneSum(_ x: Vector) -> Float {
    let eight = x.lowHalf + x.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
}

/// The largest lane, in halves; no lane may be other than a number.
@inline(__always)
func laneMaximum(_ x: Vector) -> Float {
    let eight = x.lowHalf.replacing(with: x.highHalf, where: x.highHalf .> x.lowHalf)
    let four = eight.lowHalf.replacing(
        with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two[1] > two[0] ? two[1] : two[0]
}

/// The sum of a vector for each vector of a row; the lanes beyond the row count as nothing.
@inline(__always)
func rowSum(_ width: Int, _ term: (_ place: Int) -> Vector) -> Float {
    var sum = Vector.zero
    forEachVector(width) { place, lanes in
        sum += first(lanes, of: term(place))
    }
    return laneSum(sum)
}

/// The largest number of scale·x in a row; what is not a number is passed over.
@inline(__always)
func rowMaximum(_ x: Pointer, scale: Float, _ width: Int) -> Float {
    var best = splat(-.infinity)
    forEachVector(width) { place, lanes in
        let x = load(x + place) * scale
        let isLarger = lanes < Layout.panel ? (x .> best) .& firstLanes(lanes) : x .> best
        best = select(isLarger, x, best)
    }
    return laneMaximum(best)
}
