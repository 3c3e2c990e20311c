import Loops

extension VectorLoops {
    /// y = s·round(clip(x / s)), halves to even.
    public static func quantize(
        _ levels: UniformLevels, _ x: Pointer, _ y: Pointer, count: Int
    ) {
        let (lowest, highest) = (splat(levels.lowest), splat(levels.highest))
        forEachVector(count) { place, lanes in
            let u = load(x + place) / levels.scale
            let code = clipped(u, lowest, highest).rounded(.toNearestOrEven)
            store(code * levels.scale, y + place, first: lanes)
        }
    }

    /// d = g where x lies within the levels, else 0.
    ///
    /// - Returns: Σ g·∂y/∂s: round(u) − u within the levels, with u = x / s; the bound beyond.
    public static func quantizeGradient(
        _ levels: UniformLevels, at x: Pointer, upstream g: Pointer, into d: Pointer, count: Int
    ) -> Float {
        let (lowest, highest) = (splat(levels.lowest), splat(levels.highest))
        var sum = Vector.zero
        forEachVector(count) { place, lanes in
            let (u, g) = (load(x + place) / levels.scale, load(g + place))
            let kept = clipped(u, lowest, highest)
            let isInside = kept .== u
            store(select(isInside, g, .zero), d + place, first: lanes)
            let code = kept.rounded(.toNearestOrEven)
            sum += first(lanes, of: g * (code - select(isInside, u, .zero)))
        }
        return laneSum(sum)
    }

    /// The smallest and the largest element of a run that is not empty.
    public static func extent(_ x: Pointer, count: Int) -> (lowest: Float, highest: Float) {
        var (lowest, highest) = (splat(x[0]), splat(x[0]))
        forEachVector(count) { place, lanes in
            let counts = lanes < width ? firstLanes(lanes) : SIMDMask(repeating: true)
            let x = load(x + place)
            lowest = select((x .< lowest) .& counts, x, lowest)
            highest = select((x .> highest) .& counts, x, highest)
        }
        return (-laneMaximum(-lowest), laneMaximum(highest))
    }
}

@inline(__always)
private func clipped(_ x: Vector, _ lowest: Vector, _ highest: Vector) -> Vector {
    select(x .< lowest, lowest, select(x .> highest, highest, x))
}
