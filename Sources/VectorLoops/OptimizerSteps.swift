import Loops

extension VectorLoops {
    /// d = g + decay·w; v = momentum·v + d; w −= rate·v, or rate·(d + momentum·v) with Nesterov.
    ///
    /// - Parameter velocity: nil where the momentum is 0.
    public static func step(
        _ s: SGDStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        velocity: Pointer?, places: Range<Int>
    ) {
        guard let v = velocity else {
            for i in places { new[i] = old[i] - s.rate * (g[i] + s.decay * old[i]) }
            return
        }
        for i in places {
            let d = g[i] + s.decay * old[i]
            v[i] = s.momentum * v[i] + d
            new[i] = old[i] - s.rate * (s.isNesterov ? d + s.momentum * v[i] : v[i])
        }
    }

    /// Moves both means, and the weights along the corrected first by the root of the second.
    public static func step(
        _ s: AdamWStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        first m: Pointer, second v: Pointer, places: Range<Int>
    ) {
        let size = s.rate / s.corrections.first
        let root = s.corrections.second.squareRoot()
        for i in places {
            m[i] = s.beta1 * m[i] + (1 - s.beta1) * g[i]
            v[i] = s.beta2 * v[i] + (1 - s.beta2) * g[i] * g[i]
            new[i] =
                old[i] * (1 - s.rate * s.decay)
                - size * m[i] / (v[i].squareRoot() / root + s.epsilon)
        }
    }

    /// new = old + a·y.
    public static func addMultiple(
        of y: Pointer, times a: Float, to old: Pointer, into new: Pointer, places: Range<Int>
    ) {
        for i in places { new[i] = old[i] + a * y[i] }
    }
}
