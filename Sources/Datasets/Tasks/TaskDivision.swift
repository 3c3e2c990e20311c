import Bytes
import NeuralNetwork

/// The classes and the samples of each task of a corpus: a pure function of data, options and seed.
public struct TaskDivision: Equatable, Sendable {
    /// The options that it was made by.
    public let options: TaskOptions
    /// The classes of each task, by the numbers that the corpus gives them.
    public let classes: [[Int]]
    /// The names of the classes of each task, in the same order.
    public let names: [[String]]
    /// The data source of each task, for people; none where tasks divide the classes of one.
    public let titles: [String]
    /// The task of each training sample, from 0.
    public let train: [Int]
    /// The task of each test sample, from 0; nil where the corpus has none.
    public let test: [Int]?

    /// The number of tasks.
    public var count: Int { classes.count }

    /// Divides a corpus whose classes are numbered as the source numbers them.
    ///
    /// - Throws: ``DatasetError`` (78) that lists all that is wrong: classes that the corpus does
    ///   not have, classes of no task, and tasks without samples.
    public init(
        _ options: TaskOptions, of corpus: Corpus, seed: UInt64
    ) throws(DatasetError) {
        try corpus.checkOneLabel(for: "data: tasks")
        var mistakes: [String] = []
        let classes =
            options.sources.map { _ in corpus.sources.map { Array($0.classes) } }
            ?? options.classes.map { Self.numbers(of: $0, in: corpus, noting: &mistakes) }
            ?? Self.drawn(options.count, of: corpus, seed: seed, noting: &mistakes)
        var owner = [Int?](repeating: nil, count: corpus.train.classCount)
        for (task, list) in classes.enumerated() {
            for label in list { owner[label] = task }
        }
        if mistakes.isEmpty { mistakes = Self.mistakes(of: classes, owner, corpus) }
        guard mistakes.isEmpty else {
            throw DatasetError(.impossible, "data: tasks: " + mistakes.joined(separator: "; "))
        }
        self.options = options
        self.classes = classes
        titles = corpus.sources.map(\.title)
        let known = corpus.allClassNames
        names =
            options.sources == nil
            ? classes.map { $0.map { known[$0] } } : corpus.sources.map(\.names)
        train = corpus.train.labels.map { owner[$0] ?? 0 }
        test = corpus.test?.labels.map { owner[$0] ?? 0 }
    }

    private static func numbers(
        of tasks: [[String]], in corpus: Corpus, noting mistakes: inout [String]
    ) -> [[Int]] {
        let known = corpus.train.classCount
        return tasks.enumerated().map { number, names in
            names.compactMap { name in
                if let named = corpus.classNames?.firstIndex(of: name) { return named }
                if let label = Int(name), (0..<known).contains(label) { return label }
                mistakes.append(
                    "task \(number + 1) names class '\(name)', and \(corpus.name) has the classes 0"
                        + " to \(known - 1)")
                return nil
            }
        }
    }

    /// Classes in a random order, as many in each task but for one more in the first ones.
    private static func drawn(
        _ count: Int, of corpus: Corpus, seed: UInt64, noting mistakes: inout [String]
    ) -> [[Int]] {
        let known = corpus.train.classCount
        guard count <= known else {
            mistakes.append(
                "\(count) tasks are asked for, and \(corpus.name) has \(known) classes; ask for"
                    + " fewer")
            return []
        }
        let order = RandomKey(seed: seed).child("tasks").shuffled(Array(0..<known))
        return (0..<count).map { task in
            order[task * known / count..<(task + 1) * known / count].sorted()
        }
    }

    private static func mistakes(
        of classes: [[Int]], _ owner: [Int?], _ corpus: Corpus
    ) -> [String] {
        var mistakes: [String] = []
        var given = [Int](repeating: 0, count: classes.count)
        for label in corpus.train.labels { if let task = owner[label] { given[task] += 1 } }
        for (label, task) in owner.enumerated() where task == nil {
            let name = corpus.classNames?[label] ?? "\(label)"
            mistakes.append("class \(name) is of no task; add it to one")
        }
        for (task, list) in classes.enumerated() where Set(list).count < list.count {
            mistakes.append("task \(task + 1) names a class twice, by its number and its name")
        }
        for (task, count) in given.enumerated() where count == 0 {
            mistakes.append("task \(task + 1) has no training samples; add a class that has some")
        }
        return mistakes
    }

    /// How many outputs a model has.
    public var outputs: Int {
        options.scenario == .domains
            ? classes.map(\.count).max() ?? 1 : classes.reduce(0) { $0 + $1.count }
    }

    /// The names of a model's outputs where all tasks call them so; nil where they do not.
    var sharedNames: [String]? {
        options.sources == nil || Set(names).count > 1 ? nil : names.first
    }

    /// The classes of a task as a report names them: where tasks are data sources with the same
    /// outputs, by the numbers that each source gives them.
    public func reported(_ task: Int) -> [Int] {
        options.sources != nil && options.scenario == .domains ? outputs(of: task) : classes[task]
    }

    /// The outputs of a task.
    public func outputs(of task: Int) -> [Int] {
        options.scenario == .domains ? Array(0..<outputs) : classes[task].sorted()
    }

    /// The class, by the number that the corpus gives it, of an output for a sample of a task.
    public func label(of output: Int, in task: Int) -> Int {
        options.scenario == .domains ? classes[task][output] : output
    }
}
