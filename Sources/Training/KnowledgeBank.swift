import NeuralNetwork

/// The latest that each teacher said of each sample, by the tensor's name.
///
/// A copy shares what was said: a learner's state is copied at every step.
package struct KnowledgeBank: Sendable {
    /// What was said of one sample.
    struct Row: Sendable {
        var values: [Float]
        /// The step that it is of.
        var step: Int
    }

    /// One tensor of one teacher.
    struct Shelf: Sendable {
        private static let pageSize = 64
        /// Rows by their sample, a page at a time: a step changes a few pages alone.
        private var pages: [Int: [Row?]] = [:]
        /// Of what was said of one sample.
        let shape: [Int]

        init(shape: [Int]) { self.shape = shape }

        subscript(sample: Int) -> Row? {
            get { pages[sample / Self.pageSize]?[sample % Self.pageSize] }
            set {
                pages[
                    sample / Self.pageSize,
                    default: Array(repeating: nil, count: Self.pageSize)
                ][sample % Self.pageSize] = newValue
            }
        }

        /// All rows, by their sample ascending.
        var rows: [(sample: Int, row: Row)] {
            pages.sorted { $0.key < $1.key }.flatMap { page, rows in
                rows.enumerated().compactMap { place, row in
                    row.map { (page * Self.pageSize + place, $0) }
                }
            }
        }
    }

    /// By teacher, then by the tensor's name.
    var shelves: [String: [String: Shelf]] = [:]

    package init() {}

    /// Keeps what a teacher said of the samples of a step, where it is newer than what is there.
    package mutating func add(
        _ tensor: Tensor, named name: String, of teacher: String, samples: [Int], step: Int
    ) {
        let shape = Array(tensor.shape.dropFirst())
        let width = shape.reduce(1, *)
        let values = tensor.values
        var shelf = shelves[teacher]?[name] ?? Shelf(shape: shape)
        shelves[teacher]?[name] = nil
        for (place, sample) in samples.enumerated() where shelf[sample]?.step ?? -1 <= step {
            shelf[sample] = Row(
                values: Array(values[place * width..<(place + 1) * width]), step: step)
        }
        shelves[teacher, default: [:]][name] = shelf
    }

    /// What is there of some samples.
    package struct Found {
        /// Zero where nothing is there.
        package var tensor: Tensor
        /// How many steps old each row is; nil where nothing is there.
        package var ages: [Int?]
    }

    /// The latest that a teacher said of some samples.
    ///
    /// - Parameter age: how many steps old it may be at most; nil for any age.
    /// - Returns: nil where there is nothing of any of them.
    package func latest(
        of teacher: String, _ name: String, _ samples: [Int], at step: Int, age: Int?
    ) -> Found? {
        guard let shelf = shelves[teacher]?[name] else { return nil }
        let rows = samples.map { sample in
            shelf[sample].flatMap { step - $0.step <= age ?? .max ? $0 : nil }
        }
        guard rows.contains(where: { $0 != nil }) else { return nil }
        let nothing = [Float](repeating: 0, count: shelf.shape.reduce(1, *))
        return Found(
            tensor: Tensor(
                shape: [samples.count] + shelf.shape,
                values: rows.flatMap { $0?.values ?? nothing }),
            ages: rows.map { $0.map { step - $0.step } })
    }
}
