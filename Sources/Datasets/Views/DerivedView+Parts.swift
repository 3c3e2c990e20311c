extension DerivedView {
    /// Views that are parts of an image: its halves, and every other row.
    static let parts = [
        DerivedView(name: "left", summary: "the left half of an image") {
            (shape) throws(Misfit) in
            try columns(0..<shape[2] / 2, of: shape)
        },
        DerivedView(name: "right", summary: "the right half of an image") {
            (shape) throws(Misfit) in
            try columns(shape[2] / 2..<shape[2], of: shape)
        },
        DerivedView(name: "top", summary: "the upper half of an image") {
            (shape) throws(Misfit) in
            try rows(Array(0..<shape[1] / 2), of: shape)
        },
        DerivedView(name: "bottom", summary: "the lower half of an image") {
            (shape) throws(Misfit) in
            try rows(Array(shape[1] / 2..<shape[1]), of: shape)
        },
        DerivedView(name: "even-rows", summary: "the rows 0, 2, 4, … of an image") {
            (shape) throws(Misfit) in
            try rows(Array(stride(from: 0, to: shape[1], by: 2)), of: shape)
        },
        DerivedView(name: "odd-rows", summary: "the rows 1, 3, 5, … of an image") {
            (shape) throws(Misfit) in
            try rows(Array(stride(from: 1, to: shape[1], by: 2)), of: shape)
        },
    ]

    /// The middle one of an odd number of columns belongs to the right half.
    private static func columns(
        _ columns: Range<Int>, of shape: [Int]
    ) throws(Misfit) -> SampleMap {
        guard shape[2] > 1 else { throw Misfit(reason: "needs two columns") }
        return part(rows: Array(0..<shape[1]), columns: Array(columns), of: shape)
    }

    /// The middle one of an odd number of rows belongs to the lower half.
    private static func rows(_ rows: [Int], of shape: [Int]) throws(Misfit) -> SampleMap {
        guard shape[1] > 1 else { throw Misfit(reason: "needs two rows") }
        return part(rows: rows, columns: Array(0..<shape[2]), of: shape)
    }

    private static func part(rows: [Int], columns: [Int], of shape: [Int]) -> SampleMap {
        let places = (0..<shape[0]).flatMap { channel in
            rows.flatMap { row in
                columns.map { (channel * shape[1] + row) * shape[2] + $0 }
            }
        }
        return .selection(places: places, shape: [shape[0], rows.count, columns.count])
    }
}
