import Loops

extension Kernels {
    /// The settings of one step of stochastic gradient descent.
    public typealias SGDUpdate = SGDStep
    /// The settings of one step of AdamW.
    public typealias AdamWUpdate = AdamWStep
    /// The settings of one step of Lion.
    public typealias LionUpdate = LionStep

    /// One step of SGD in one pass. With momentum, `velocity` starts at zero; without, it is not
    /// used.
    ///
    /// d = g + decay·w; v = momentum·v + d; w −= rate·v, or rate·(d + momentum·v) with Nesterov.
    public static func update(
        _ weights: inout Floats, gradient: Floats, velocity: inout Floats, by u: SGDUpdate
    ) {
        precondition(weights.count == gradient.count, "sizes differ")
        precondition(u.momentum == 0 || velocity.count == weights.count, "sizes differ")
        let g = gradient.pointer
        let v = u.momentum == 0 ? nil : velocity.mutablePointer()
        weights.rewrite { old, new in
            Parallel.forRanges(gradient.count, size: elementwisePiece) { part in
                loops.step(u, from: old, to: new, gradient: g, velocity: v, places: part)
            }
        }
    }

    /// One step of AdamW in one pass; both means start at zero.
    public static func update(
        _ weights: inout Floats, gradient: Floats, first: inout Floats, second: inout Floats,
        by u: AdamWUpdate
    ) {
        precondition(weights.count == gradient.count, "sizes differ")
        precondition(first.count == gradient.count, "sizes differ")
        precondition(second.count == gradient.count, "sizes differ")
        let (g, m, v) = (gradient.pointer, first.mutablePointer(), second.mutablePointer())
        weights.rewrite { old, new in
            Parallel.forRanges(gradient.count, size: elementwisePiece) { part in
                loops.step(
                    u, from: old, to: new, gradient: g, first: m, second: v, places: part)
            }
        }
    }

    /// One step of Lion in one pass; the mean starts at zero.
    public static func update(
        _ weights: inout Floats, gradient: Floats, mean: inout Floats, by u: LionUpdate
    ) {
        precondition(weights.count == gradient.count, "sizes differ")
        precondition(mean.count == gradient.count, "sizes differ")
        let (g, m) = (gradient.pointer, mean.mutablePointer())
        weights.rewrite { old, new in
            Parallel.forRanges(gradient.count, size: elementwisePiece) { part in
                loops.step(u, from: old, to: new, gradient: g, mean: m, places: part)
            }
        }
    }

    /// The sum of squares, in double precision over fixed pieces.
    public static func sumOfSquares(_ x: Floats) -> Double {
        let source = x.pointer
        return stride(from: 0, to: x.count, by: 4096).reduce(0.0) { total, start in
            total
                + Double(loops.sumOfSquares(source + start, count: min(4096, x.count - start)))
        }
    }

    /// x += a·y.
    public static func add(_ y: Floats, times a: Float, to x: inout Floats) {
        precondition(x.count == y.count, "sizes differ")
        let source = y.pointer
        x.rewrite { old, new in
            Parallel.forRanges(y.count, size: elementwisePiece) { part in
                loops.addMultiple(of: source, times: a, to: old, into: new, places: part)
            }
        }
    }

    /// Whether every element is a finite number.
    public static func isFinite(_ x: Floats) -> Bool {
        loops.areFinite(x.pointer, count: x.count)
    }
}
