/// How many steps a benchmark takes, and for how long.
public struct Measurement: Hashable, Sendable {
    /// Steps that are taken first and not counted.
    public var warmUp: Int
    /// The fewest steps that are counted.
    public var steps: Int
    /// The shortest time over which steps are counted.
    public var duration: Duration

    /// - Precondition: at least one step is counted.
    public init(warmUp: Int = 3, steps: Int = 10, duration: Duration = .seconds(3)) {
        precondition(warmUp >= 0 && steps >= 1)
        self.warmUp = warmUp
        self.steps = steps
        self.duration = duration
    }

    /// Takes steps, and measures them.
    ///
    /// - Parameter warm: called once between the steps that are not counted and those that are.
    /// - Returns: how long each counted step took, in seconds; at least one.
    public func times(of step: () -> Void, warm: () -> Void = {}) -> [Double] {
        for _ in 0..<warmUp { step() }
        warm()
        let begin = ContinuousClock.now
        var times: [Double] = []
        repeat {
            times.append(ContinuousClock().measure(step) / .seconds(1))
        } while times.count < steps || ContinuousClock.now - begin < duration
        return times
    }
}

/// The middle of some values, at least one; the mean of the two in the middle of an even number.
public func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
