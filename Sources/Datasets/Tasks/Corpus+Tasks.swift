extension Corpus {
    /// The same samples with the labels that tasks ask for: where all tasks share their outputs, a
    /// sample's class is its place in the list of its task.
    public func relabelled(by tasks: TaskDivision) -> Corpus {
        guard tasks.options.scenario == .domains else { return self }
        var places = [Int](repeating: 0, count: train.classCount)
        for list in tasks.classes {
            for (place, label) in list.enumerated() { places[label] = place }
        }
        return Corpus(
            name: name, defaultView.relabelled(by: places, count: tasks.outputs),
            views: views.mapValues { $0.relabelled(by: places, count: tasks.outputs) },
            classNames: tasks.sharedNames, facts: facts, remarks: remarks, origins: origins)
    }
}

extension SampleView {
    fileprivate func relabelled(by places: [Int], count: Int) -> SampleView {
        SampleView(
            train: train.relabelled(by: places, count: count),
            test: test?.relabelled(by: places, count: count), normalization: normalization,
            contents: contents, reader: reader)
    }
}

extension SampleSet {
    fileprivate func relabelled(by places: [Int], count: Int) -> SampleSet {
        SampleSet(
            shape: shape, pixels: pixels, labels: labels.map { places[$0] }, classCount: count)
    }
}
