/// A curve in one line of text, of blocks of eight heights: `█▆▄▃▂▂▁▁`.
enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// Draws values from their least, the lowest block, to their greatest.
    ///
    /// - Parameters:
    ///   - values: finite numbers; where there are more than columns, each column is a mean.
    ///   - columns: the length of the text at most.
    static func text(of values: [Double], columns: Int) -> String {
        let means = resampled(values, to: columns)
        guard let least = means.min(), let greatest = means.max() else { return "" }
        let range = greatest - least
        return String(
            means.map { value in
                let share = range > 0 ? (value - least) / range : 0
                return blocks[min(blocks.count - 1, Int(share * Double(blocks.count)))]
            })
    }

    private static func resampled(_ values: [Double], to columns: Int) -> [Double] {
        guard values.count > columns else { return values }
        return (0..<columns).map { column in
            let first = column * values.count / columns
            let last = (column + 1) * values.count / columns
            return values[first..<last].reduce(0, +) / Double(last - first)
        }
    }
}
