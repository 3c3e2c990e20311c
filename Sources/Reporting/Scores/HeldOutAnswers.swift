import Bytes
import Foundation

/// `answers.safetensors` of a learner: what it answered about each test sample when it was tested
/// last.
package struct HeldOutAnswers: Hashable, Sendable {
    /// The label of a sample that has none.
    package static let noLabel = -1

    /// How many steps were done.
    package var step: Int
    /// The epoch that ended then, from 1; 0 for a teacher that does not learn.
    package var epoch: Int
    /// What identifies the samples: learners with the same were asked about the same ones, in the
    /// same order.
    package var samples: String
    /// How many classes there are.
    package var classes: Int
    /// Of each sample; ``noLabel`` where it has none.
    package var labels: [Int]
    /// The most probable class of each sample.
    package var answers: [Int]
    /// Its probability.
    package var confidences: [Float]
    /// N×classes, row by row; nil for more than ``ClassScores/mostClasses``.
    package var probabilities: [Float]?

    /// Answers about samples.
    package init(
        step: Int, epoch: Int, samples: String, classes: Int, labels: [Int], answers: [Int],
        confidences: [Float], probabilities: [Float]? = nil
    ) {
        self.step = step
        self.epoch = epoch
        self.samples = samples
        self.classes = classes
        self.labels = labels
        self.answers = answers
        self.confidences = confidences
        self.probabilities = probabilities
    }

    /// How many samples there are.
    package var count: Int { labels.count }

    /// The probabilities of one sample's classes; nil where they are not stored.
    package func probabilities(of sample: Int) -> ArraySlice<Float>? {
        probabilities?[sample * classes..<(sample + 1) * classes]
    }
}

extension HeldOutAnswers {
    /// Reads a file.
    ///
    /// - Throws: ``DiskError`` where it cannot be read, ``SafeTensorsError`` where it holds
    ///   something else; both name it.
    package init(contentsOf path: String) throws {
        let bytes = [UInt8](try Files.read(path))
        do { try self.init(SafeTensorsFile(decoding: bytes)) } catch {
            throw SafeTensorsError(error.message, file: path)
        }
    }

    /// Writes the file whole, in place of one that is there.
    ///
    /// - Throws: ``DiskError``.
    package func write(to path: String) throws(DiskError) {
        try Files.replace(path, with: Data(file.encoded()))
    }

    private enum Key {
        static let (labels, answers) = ("labels", "answers")
        static let (confidences, probabilities) = ("confidences", "probabilities")
        static let (step, epoch, samples, classes) = ("step", "epoch", "samples", "classes")
    }

    private var file: SafeTensorsFile {
        var file = SafeTensorsFile(
            tensors: [
                Key.labels: SafeTensor(int64s: labels.map(Int64.init), shape: [count]),
                Key.answers: SafeTensor(int64s: answers.map(Int64.init), shape: [count]),
                Key.confidences: SafeTensor(floats: confidences, shape: [count]),
            ],
            metadata: [
                Key.step: "\(step)", Key.epoch: "\(epoch)", Key.samples: samples,
                Key.classes: "\(classes)",
            ])
        file.tensors[Key.probabilities] = probabilities.map {
            SafeTensor(floats: $0, shape: [count, classes])
        }
        return file
    }

    private init(_ file: SafeTensorsFile) throws(SafeTensorsError) {
        func number(_ key: String) throws(SafeTensorsError) -> Int {
            guard let number = file.metadata[key].flatMap({ Int($0) }), number >= 0 else {
                throw SafeTensorsError("the metadata '\(key)' is no whole number")
            }
            return number
        }
        (step, epoch) = (try number(Key.step), try number(Key.epoch))
        (classes, samples) = (try number(Key.classes), file.metadata[Key.samples] ?? "")
        labels = try file.classes(Key.labels, from: Self.noLabel, below: classes)
        answers = try file.classes(Key.answers, from: 0, below: classes)
        confidences = try file.floats(Key.confidences, shape: [answers.count])
        probabilities =
            file.tensors[Key.probabilities] == nil
            ? nil : try file.floats(Key.probabilities, shape: [answers.count, classes])
        guard labels.count == answers.count else {
            throw SafeTensorsError(
                "\(labels.count) labels and \(answers.count) answers are not of the same samples")
        }
    }
}

extension SafeTensorsFile {
    /// The numbers of classes in a tensor.
    fileprivate func classes(
        _ name: String, from least: Int, below limit: Int
    ) throws(SafeTensorsError) -> [Int] {
        guard let tensor = tensors[name], tensor.shape.count == 1,
            let values = tensor.int64s?.map({ Int($0) }),
            values.allSatisfy({ $0 >= least && $0 < limit })
        else {
            throw SafeTensorsError("'\(name)' is no list of numbers of \(limit) classes")
        }
        return values
    }

    fileprivate func floats(
        _ name: String, shape: [Int]
    ) throws(SafeTensorsError) -> [Float] {
        guard let tensor = tensors[name], tensor.shape == shape, let values = tensor.floats else {
            throw SafeTensorsError("'\(name)' is no F32 tensor of the shape \(shape)")
        }
        return values
    }
}
