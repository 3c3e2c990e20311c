import Bytes

extension SampleSet {
    /// The same set, in which each of some samples shows the image of another one of them, with
    /// that one's label: what a learner sees of a sample is then no view of what others see of it.
    ///
    /// It is a control for experiments: what one learner can teach another about a sample is lost,
    /// while all images and labels are still there.
    ///
    /// - Parameters:
    ///   - numbers: of the samples, in the order of `key` a cycle in which each shows the next.
    ///   - key: determines the order.
    public func mispaired(among numbers: [Int], key: RandomKey) -> SampleSet {
        let cycle = key.shuffled(numbers)
        var order = Array(0..<count)
        for (place, number) in cycle.enumerated() {
            order[number] = cycle[(place + 1) % cycle.count]
        }
        return subset(order)
    }
}
