import Loops

extension VectorLoops {
    public static func packWeights(
        _ w: Pointer, _ packing: WeightPacking, into packed: Pointer
    ) {
        let p = packing
        let depth = p.lines * p.columns * p.channels
        for panel in 0..<Layout.panels(p.filters) {
            let start = packed + panel * depth * Layout.panel
            for lane in 0..<Layout.panel {
                let filter = panel * Layout.panel + lane
                packFilter(filter < p.filters ? w + filter * p.filterStep : nil, p, start + lane)
            }
        }
    }

    /// - Parameter filter: the filter's first weight; nil for zeros.
    @inline(__always)
    private static func packFilter(_ filter: Pointer?, _ p: WeightPacking, _ target: Pointer) {
        var target = target
        for line in 0..<p.lines {
            for column in 0..<p.columns {
                let first = line * p.lineStep + column * p.columnStep
                for channel in 0..<p.channels {
                    target.pointee = filter.map { $0[first + channel * p.channelStep] } ?? 0
                    target += Layout.panel
                }
            }
        }
    }
}
