extension Kernels {
    /// The settings of one step of stochastic gradient descent, as PyTorch defines it.
    public struct SGDUpdate: Sendable {
        public var rate: Float
        public var momentum: Float
        public var decay: Float
        public var isNesterov: Bool

        public init(rate: Float, momentum: Float, decay: Float, isNesterov: Bool) {
            self.rate = rate
            self.momentum = momentum
            self.decay = decay
            self.isNesterov = isNesterov
        }
    }

    /// One step of SGD in one pass. With momentum, `velocity` starts at zero.
    ///
    /// d = g + decay·w; v = momentum·v + d; w −= rate·v, or rate·(d + momentum·v) with Nesterov.
    public static func update(
        _ weights: inout Floats, gradient: Floats, velocity: inout Floats, by u: SGDUpdate
    ) {
        precondition(weights.count == gradient.count, "sizes differ")
        precondition(u.momentum == 0 || velocity.count == weights.count, "sizes differ")
        let g = gradient.pointer
        let v = u.momentum == 0 ? nil : velocity.mutablePointer()
        weights.rewrite { old, w in
            Parallel.forRanges(gradient.count, size: elementwisePiece) { part in
                if let v {
                    for i in part {
                        let d = g[i] + u.decay * old[i]
                        v[i] = u.momentum * v[i] + d
                        w[i] = old[i] - u.rate * (u.isNesterov ? d + u.momentum * v[i] : v[i])
                    }
                } else {
                    for i in part { w[i] = old[i] - u.rate * (g[i] + u.decay * old[i]) }
                }
            }
        }
    }

    /// The settings of one step of AdamW; `step` counts from 1.
    public struct AdamWUpdate: Sendable {
        public var rate: Float
        public var beta1: Float
        public var beta2: Float
        public var epsilon: Float
        public var decay: Float
        /// 1 − β₁ᵗ and 1 − β₂ᵗ.
        public var corrections: (first: Float, second: Float)

        public init(
            rate: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float,
            corrections: (first: Float, second: Float)
        ) {
            self.rate = rate
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.decay = decay
            self.corrections = corrections
        }
    }

    /// One step of AdamW in one pass (Loshchilov and Hutter 2019).
    public static func update(
        _ weights: inout Floats, gradient: Floats, first: inout Floats, second: inout Floats,
        by u: AdamWUpdate
    ) {
        precondition(weights.count == gradient.count && first.count == gradient.count)
        precondition(second.count == gradient.count, "sizes differ")
        let (g, m, v) = (gradient.pointer, first.mutablePointer(), second.mutablePointer())
        let size = u.rate / u.corrections.first
        let root = u.corrections.second.squareRoot()
        weights.rewrite { old, w in
            Parallel.forRanges(gradient.count, size: elementwisePiece) { part in
                for i in part {
                    m[i] = u.beta1 * m[i] + (1 - u.beta1) * g[i]
                    v[i] = u.beta2 * v[i] + (1 - u.beta2) * g[i] * g[i]
                    w[i] =
                        old[i] * (1 - u.rate * u.decay)
                        - size * m[i] / (v[i].squareRoot() / root + u.epsilon)
                }
            }
        }
    }

    /// The sum of squares, in double precision over fixed pieces.
    public static func sumOfSquares(_ x: Floats) -> Double {
        let source = x.pointer
        return stride(from: 0, to: x.count, by: 4096).reduce(0.0) { total, start in
            let values = source + start
            return total
                + Double(
                    sum(
                        min(4096, x.count - start),
                        {
                            let v = load(values + $0)
                            return v * v
                        },
                        { values[$0] * values[$0] }))
        }
    }

    /// x += a·y.
    public static func add(_ y: Floats, times a: Float, to x: inout Floats) {
        precondition(x.count == y.count, "sizes differ")
        let source = y.pointer
        x.rewrite { old, new in
            Parallel.forRanges(y.count, size: elementwisePiece) { part in
                for i in part { new[i] = old[i] + a * source[i] }
            }
        }
    }

    /// Whether every element is a finite number.
    public static func isFinite(_ x: Floats) -> Bool {
        let source = x.pointer
        var bits: UInt32 = 0
        for i in 0..<x.count { bits |= source[i].isFinite ? 0 : 1 }
        return bits == 0
    }
}
