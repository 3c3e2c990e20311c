import Loops

/// A function of one number, applied to every element.
public typealias UnaryOperation = ElementFunction

extension Kernels {
    /// f of every element.
    public static func apply(_ operation: UnaryOperation, _ x: Floats) -> Floats {
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        Parallel.forRanges(x.count, size: elementwisePiece) { part in
            let i = part.lowerBound
            loops.map(operation, source + i, target + i, count: part.count)
        }
        return y
    }

    /// f'·g for every element, from x or f(x), whichever the operation's gradient uses.
    public static func gradient(
        of operation: UnaryOperation, at values: Floats, upstream g: Floats
    ) -> Floats {
        precondition(values.count == g.count, "sizes differ")
        var d = Floats(uninitialized: g.count)
        let (vp, gp, dp) = (values.pointer, g.pointer, d.mutablePointer())
        Parallel.forRanges(g.count, size: elementwisePiece) { part in
            let i = part.lowerBound
            loops.mapGradient(
                operation, at: vp + i, upstream: gp + i, into: dp + i, count: part.count)
        }
        return d
    }
}
