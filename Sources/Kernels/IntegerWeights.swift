import Loops

/// Weights of 8 bits in the order in which the integer loops read them.
public struct PackedIntegerWeights: @unchecked Sendable {
    /// Filters, channels of a group, lines and columns of the kernel.
    let shape: [Int]
    let isDepthwise: Bool
    private let block: FloatBlock
    /// The sum of each filter's weights, for whole panels.
    let sums: [Int32]
    /// The largest magnitude.
    let largest: Int

    /// Whether a convolution's sums fit 32 bits, and its groups are all channels together or each
    /// by itself.
    ///
    /// - Parameter shape: K×(C/groups)×kh×kw.
    public static func suits(shape: [Int], groups: Int) -> Bool {
        let products = shape.dropFirst().reduce(1, *)
        return (groups == 1 || shape[0] == groups && shape[1] == 1) && products <= 1 << 15
    }

    /// - Parameters:
    ///   - codes: row-major.
    ///   - shape: K×(C/groups)×kh×kw.
    /// - Precondition: ``suits(shape:groups:)``, and the codes fill the shape.
    public init(_ codes: [Int8], shape: [Int], groups: Int) {
        precondition(shape.count == 4 && codes.count == shape.reduce(1, *), "codes fill no shape")
        precondition(Self.suits(shape: shape, groups: groups), "sums exceed 32 bits")
        self.shape = shape
        isDepthwise = groups > 1
        largest = codes.reduce(0) { max($0, abs(Int($1))) }
        let panels = Layout.panels(shape[0]) * Layout.panel
        let (taps, columns) = (shape[2] * shape[3], shape[3])
        let lineBytes = IntegerLayout.quads(columns * shape[1]) * IntegerLayout.quad
        let count = panels * (isDepthwise ? taps : shape[2] * lineBytes)
        block = FloatBlock((count + 3) / 4)
        var sums = [Int32](repeating: 0, count: panels)
        let target = UnsafeMutableRawPointer(block.base).assumingMemoryBound(to: Int8.self)
        target.update(repeating: 0, count: count)
        for filter in 0..<shape[0] {
            for channel in 0..<shape[1] {
                for tap in 0..<taps {
                    let code = codes[(filter * shape[1] + channel) * taps + tap]
                    let place =
                        isDepthwise
                        ? tap * panels + filter
                        : Self.place(
                            filter, line: tap / columns,
                            tap % columns * shape[1] + channel, lineBytes, lines: shape[2])
                    target[place] = code
                    sums[filter] += Int32(code)
                }
            }
        }
        self.sums = sums
    }

    /// Panels × lines × quads of a line × filters of a panel × 4.
    ///
    /// - Parameter place: within the line, all channels of a column beside one another.
    private static func place(
        _ filter: Int, line: Int, _ place: Int, _ lineBytes: Int, lines: Int
    ) -> Int {
        let (panel, lane) = filter.quotientAndRemainder(dividingBy: Layout.panel)
        let (quad, byte) = place.quotientAndRemainder(dividingBy: IntegerLayout.quad)
        let quads = (panel * lines + line) * lineBytes / IntegerLayout.quad + quad
        return (quads * Layout.panel + lane) * IntegerLayout.quad + byte
    }

    /// Where the codes begin; valid while the weights are alive.
    var pointer: UnsafePointer<Int8> {
        UnsafePointer(UnsafeMutableRawPointer(block.base).assumingMemoryBound(to: Int8.self))
    }
}
