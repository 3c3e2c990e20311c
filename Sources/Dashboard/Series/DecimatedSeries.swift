/// A curve of bounded size, however many values it is made of.
///
/// Steps are divided into buckets of equal width, each of which keeps its least and its greatest
/// value with their steps, so that a peak of a single step stays visible. Where there would be more
/// buckets than the capacity, the width doubles and neighbours merge.
struct DecimatedSeries: Sendable {
    /// A value of the curve.
    struct Point: Hashable, Sendable {
        var step: Int
        /// In a series' points also not a number, where the curve breaks.
        var value: Double
    }

    private struct Bucket: Sendable {
        var low: Point
        var high: Point
        /// A step whose value is no finite number.
        var gap: Int?
        /// The last change.
        var revision: Int
    }

    private let capacity: Int
    private var buckets: [Bucket] = []
    private var width = 1
    /// The last change of more than the newest bucket.
    private var rewritten = 0
    /// The newest value, which the curve ends with.
    private(set) var latest: Point?

    /// An empty curve.
    ///
    /// - Precondition: `capacity` is at least 2.
    init(capacity: Int) {
        precondition(capacity >= 2, "a curve has two buckets at least")
        self.capacity = capacity
    }

    /// The first step from which the curve changed after a revision; nil where it did not.
    func firstChange(since revision: Int) -> Int? {
        guard rewritten <= revision else { return 0 }
        guard let last = buckets.last, last.revision > revision else { return nil }
        let first = buckets.lastIndex { $0.revision <= revision }.map { $0 + 1 } ?? 0
        return start(of: first < buckets.count ? buckets[first] : last)
    }

    /// The points from a step on, in the order of their steps.
    func points(from step: Int = 0) -> [Point] {
        var points = buckets.filter { start(of: $0) >= step }.flatMap(Self.points)
        if let latest, latest.step >= step, points.last?.step != latest.step {
            points.append(latest)
        }
        return points
    }

    /// Adds the value of a step, in place of what was known from that step on. A negative step,
    /// which only a damaged record has, is left out.
    mutating func add(_ value: Double, at step: Int, revision: Int) {
        guard step >= 0 else { return }
        drop(after: step - 1, revision: revision)
        let point = Point(step: step, value: value)
        defer { latest = point }
        if let last = buckets.last, last.low.step / width == step / width {
            buckets[buckets.count - 1] = Self.bucket(last, with: point, revision: revision)
        } else {
            // The newest bucket so far no longer shows its last value where that is no extreme.
            if let last = buckets.last, Self.points(of: last).last?.step != latest?.step {
                buckets[buckets.count - 1].revision = revision
            }
            buckets.append(Self.bucket(of: point, revision: revision))
        }
        while buckets.count > capacity { halve(revision: revision) }
    }

    /// Drops the values of later steps, which a learner repeats that goes on from a checkpoint.
    mutating func drop(after step: Int, revision: Int) {
        guard let newest = latest, newest.step > step else { return }
        rewritten = revision
        buckets.removeAll { min($0.low.step, $0.high.step) > step }
        if var last = buckets.popLast() {
            if last.low.step > step { last.low = last.high }
            if last.high.step > step { last.high = last.low }
            last.gap = last.gap.flatMap { $0 <= step ? $0 : nil }
            buckets.append(last)
        }
        latest = buckets.last.map { $0.low.step > $0.high.step ? $0.low : $0.high }
    }

    /// Merges buckets until there are no more than so many, of which two always remain.
    mutating func reduce(to count: Int) {
        while buckets.count > max(2, count) { halve(revision: rewritten) }
    }

    private mutating func halve(revision: Int) {
        width *= 2
        rewritten = revision
        var merged: [Bucket] = []
        for bucket in buckets {
            guard let last = merged.last, last.low.step / width == bucket.low.step / width else {
                merged.append(bucket)
                continue
            }
            merged[merged.count - 1] = Self.merged(last, bucket)
        }
        buckets = merged
        for place in buckets.indices { buckets[place].revision = revision }
    }

    private func start(of bucket: Bucket) -> Int { bucket.low.step / width * width }

    private static func bucket(of point: Point, revision: Int) -> Bucket {
        Bucket(
            low: point, high: point, gap: point.value.isFinite ? nil : point.step,
            revision: revision)
    }

    private static func bucket(_ bucket: Bucket, with point: Point, revision: Int) -> Bucket {
        merged(bucket, self.bucket(of: point, revision: revision))
    }

    private static func merged(_ a: Bucket, _ b: Bucket) -> Bucket {
        Bucket(
            low: lesser(a.low, b.low), high: lesser(b.high, a.high, reversed: true),
            gap: a.gap ?? b.gap, revision: max(a.revision, b.revision))
    }

    /// The point of the lesser value, or of the greater; a value that is no number loses.
    private static func lesser(_ a: Point, _ b: Point, reversed: Bool = false) -> Point {
        guard a.value.isFinite else { return b }
        guard b.value.isFinite else { return a }
        return (reversed ? a.value >= b.value : a.value <= b.value) ? a : b
    }

    private static func points(of bucket: Bucket) -> [Point] {
        var points = [bucket.low]
        if bucket.high.step != bucket.low.step { points.append(bucket.high) }
        if let gap = bucket.gap, !points.contains(where: { $0.step == gap }) {
            points.append(Point(step: gap, value: .nan))
        }
        return points.sorted { $0.step < $1.step }
    }
}
