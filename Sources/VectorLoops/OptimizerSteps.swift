import Loops

extension VectorLoops {
    /// d = g + decay·w; v = momentum·v + d; w −= rate·v, or rate·(d + momentum·v) with Nesterov.
    ///
    /// - Parameter velocity: nil where the momentum is 0.
    public static func step(
        _ s: SGDStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        velocity: Pointer?, places: Range<Int>
    ) {
        switch (velocity, s.isNesterov) {
        case (nil, _): step(s, old, new, g, nil, places) { d, _ in d }
        case (let v?, false): step(s, old, new, g, v, places) { _, v in v }
        case (let v?, true): step(s, old, new, g, v, places) { d, v in d + s.momentum * v }
        }
    }

    /// - Parameter direction: where the weights move, from the decayed gradient and the new
    ///   velocity.
    @inline(__always)
    private static func step(
        _ s: SGDStep, _ old: Pointer, _ new: Pointer, _ g: Pointer, _ velocity: Pointer?,
        _ places: Range<Int>, _ direction: (_ d: Vector, _ v: Vector) -> Vector
    ) {
        forEachVector(of: places) { i, lanes in
            let w = load(old + i)
            let d = load(g + i) + s.decay * w
            var v = Vector.zero
            if let velocity {
                v = s.momentum * load(velocity + i) + d
                store(v, velocity + i, first: lanes)
            }
            store(w - s.rate * direction(d, v), new + i, first: lanes)
        }
    }

    /// Moves both means, and the weights along the corrected first by the root of the second.
    public static func step(
        _ s: AdamWStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        first m: Pointer, second v: Pointer, places: Range<Int>
    ) {
        let (size, root) = (s.rate / s.corrections.first, s.corrections.second.squareRoot())
        let (rest1, rest2, kept) = (1 - s.beta1, 1 - s.beta2, 1 - s.rate * s.decay)
        forEachVector(of: places) { i, lanes in
            let g = load(g + i)
            let mean = s.beta1 * load(m + i) + rest1 * g
            let square = s.beta2 * load(v + i) + rest2 * g * g
            store(mean, m + i, first: lanes)
            store(square, v + i, first: lanes)
            let move = size * mean / (square.squareRoot() / root + s.epsilon)
            store(load(old + i) * kept - move, new + i, first: lanes)
        }
    }

    /// Moves the weights by the rate, against the sign of the direction, and then the mean.
    public static func step(
        _ s: LionStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        mean m: Pointer, places: Range<Int>
    ) {
        let (rest1, rest2, kept) = (1 - s.beta1, 1 - s.beta2, 1 - s.rate * s.decay)
        forEachVector(of: places) { i, lanes in
            let (g, mean) = (load(g + i), load(m + i))
            let direction = s.beta1 * mean + rest1 * g
            let move = select(
                direction .> 0, splat(s.rate),
                select(direction .< 0, splat(-s.rate), .zero))
            store(s.beta2 * mean + rest2 * g, m + i, first: lanes)
            store(load(old + i) * kept - move, new + i, first: lanes)
        }
    }

    /// new = old + a·y.
    public static func addMultiple(
        of y: Pointer, times a: Float, to old: Pointer, into new: Pointer, places: Range<Int>
    ) {
        forEachVector(of: places) { i, lanes in
            store(load(old + i) + a * load(y + i), new + i, first: lanes)
        }
    }
}

/// Calls `body` for each vector of a range: its first place, and how many of its lanes count.
@inline(__always)
private func forEachVector(
    of places: Range<Int>, _ body: (_ place: Int, _ lanes: Int) -> Void
) {
    forEachVector(places.upperBound - places.lowerBound) { place, lanes in
        body(places.lowerBound + place, lanes)
    }
}
