/// Fewer points of a line that look the same: of each column of pixels the first, the lowest, the
/// highest and the last (*M4: A Visualization-Oriented Time Series Data Aggregation*, Jugel et al.
/// 2014). So a spike of one step stays visible among a million.
enum Decimation {
    /// - Parameter positions: in pixels, in the order of the line.
    static func reduced(_ positions: [Position]) -> [Position] {
        var kept: [Position] = []
        var start = 0
        while start < positions.count {
            let column = positions[start].x.rounded(.down)
            var end = start + 1
            while end < positions.count, positions[end].x.rounded(.down) == column { end += 1 }
            kept += corners(of: positions[start..<end])
            start = end
        }
        return kept
    }

    /// The points of one column that are kept, in their order.
    private static func corners(of column: ArraySlice<Position>) -> [Position] {
        guard column.count > 4 else { return Array(column) }
        let places = column.indices
        let low = places.min { column[$0].y < column[$1].y } ?? column.startIndex
        let high = places.max { column[$0].y < column[$1].y } ?? column.startIndex
        return Set([column.startIndex, low, high, column.endIndex - 1]).sorted().map { column[$0] }
    }
}
