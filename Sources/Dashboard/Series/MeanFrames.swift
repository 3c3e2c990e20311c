/// The course of one number in a bounded count of means, for matrices that a slider moves through.
struct MeanFrames: Sendable {
    private struct Frame: Sendable {
        var step: Int
        var sum: Double
        var count: Int
    }

    private let capacity: Int
    private var width = 1
    private var frames: [Frame] = []

    /// No frame yet.
    ///
    /// - Precondition: `capacity` is at least 2.
    init(capacity: Int) {
        precondition(capacity >= 2, "a course has two frames at least")
        self.capacity = capacity
    }

    /// The last step of each frame.
    var steps: [Int] { frames.map(\.step) }
    /// The mean of each frame.
    var means: [Double] { frames.map { $0.sum / Double($0.count) } }

    /// Drops frames that end with later steps.
    mutating func drop(after step: Int) {
        frames.removeAll { $0.step > step }
    }

    /// Adds the value of a step, in place of what was known from that step on. A negative step,
    /// which only a damaged record has, is left out.
    mutating func add(_ value: Double, at step: Int) {
        guard step >= 0 else { return }
        if let last = frames.last, last.step >= step { drop(after: step - 1) }
        guard value.isFinite else { return }
        append(Frame(step: step, sum: value, count: 1))
        reduce(to: capacity)
    }

    /// Merges frames until there are no more than so many; none remain of less than two.
    mutating func reduce(to count: Int) {
        if count < 2 { frames = [] }
        while frames.count > count {
            width *= 2
            let all = frames
            frames = []
            for frame in all { append(frame) }
        }
    }

    private mutating func append(_ frame: Frame) {
        guard let last = frames.last, last.step / width == frame.step / width else {
            frames.append(frame)
            return
        }
        frames[frames.count - 1] = Frame(
            step: frame.step, sum: last.sum + frame.sum, count: last.count + frame.count)
    }
}
