import Loops

extension VectorLoops {
    /// Brings weights into the order in which ``correlate(_:)`` reads them.
    public static func packWeights(
        _ w: Pointer, _ packing: WeightPacking, into packed: Pointer
    ) {
        let p = packing
        let depth = p.lines * p.columns * p.channels
        for panel in 0..<Layout.panels(p.filters) {
            let start = packed + panel * depth * Layout.panel
            for lane in 0..<Layout.panel {
                let filter = panel * Layout.panel + lane
                if filter < p.filters {
                    packFilter(w + filter * p.filterStep, p, start + lane)
                } else {
                    for place in 0..<depth { start[lane + place * Layout.panel] = 0 }
                }
            }
        }
    }

    @inline(__always)
    private static func packFilter(_ filter: Pointer, _ p: WeightPacking, _ target: Pointer) {
        var target = target
        for line in 0..<p.lines {
            for column in 0..<p.columns {
                var weight = filter + line * p.lineStep + column * p.columnStep
                for _ in 0..<p.channels {
                    target.pointee = weight.pointee
                    target += Layout.panel
                    weight += p.channelStep
                }
            }
        }
    }
}
