import Bytes
import Foundation
import NeuralNetwork
import Testing

/// One case of the reference numbers that `scripts/reference/generate.py` computed with PyTorch.
public struct ReferenceCase {
    /// Its name below its group: `3x3-stride-2`.
    public let name: String
    public let tensors: [String: SafeTensor]
    /// What it was computed with, as it was written.
    public let options: [String: String]

    /// The cases of a fixture whose names begin with `group`, in the order of their names.
    public static func all(at fixture: URL, group: String) throws -> [ReferenceCase] {
        let file = try SafeTensorsFile(contentsOf: fixture)
        let cases = file.metadata.keys.filter { $0.hasPrefix("\(group)/") }.sorted().map { name in
            ReferenceCase(name, in: file, shortName: String(name.dropFirst(group.count + 1)))
        }
        return try #require(cases.isEmpty ? nil : cases, "no case of \(group)")
    }

    /// The case of exactly this name.
    public static func one(at fixture: URL, _ name: String) throws -> ReferenceCase {
        ReferenceCase(name, in: try SafeTensorsFile(contentsOf: fixture), shortName: name)
    }

    private init(_ name: String, in file: SafeTensorsFile, shortName: String) {
        self.name = shortName
        let prefix = "\(name)/"
        tensors = Dictionary(
            uniqueKeysWithValues: file.tensors.filter { $0.key.hasPrefix(prefix) }
                .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
        let words = (file.metadata[name] ?? "").split(separator: " ")
        options = Dictionary(
            uniqueKeysWithValues: words.map { word in
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts[0], parts.count == 2 ? parts[1] : "")
            })
    }

    /// A tensor of the case.
    public func tensor(_ key: String) throws -> Tensor {
        try #require(tensors[key]?.tensor, "\(name) has no tensor \(key)")
    }

    /// Whole numbers of the case.
    public func labels(_ key: String = "labels") throws -> [Int] {
        try #require(tensors[key]?.int64s, "\(name) has no labels").map { Int($0) }
    }

    /// The tensors whose names begin with `group/`, without that beginning.
    public func group(_ group: String) -> [String: SafeTensor] {
        Dictionary(
            uniqueKeysWithValues: tensors.filter { $0.key.hasPrefix("\(group)/") }
                .map { (String($0.key.dropFirst(group.count + 1)), $0.value) })
    }

    /// An option, or `fallback` where the case has none of that type.
    public func option<T: LosslessStringConvertible>(_ key: String, _ fallback: T) -> T {
        options[key].flatMap { T($0) } ?? fallback
    }

    /// An option that lists whole numbers.
    public func numbers(_ key: String) -> [Int] {
        (options[key] ?? "").split(separator: ",").compactMap { Int($0) }
    }
}

/// Expects a tensor to agree with the reference: ‖a − b‖ / ‖b‖ ≤ 1e-4.
///
/// Where the reference is zero but for rounding in float64 (the gradient of a bias before a batch
/// norm), the tensor must be zero but for rounding in float32. ‖a − b‖ may also be `rounding`,
/// where that of another program in float32 is known.
public func expectAgreement(
    _ actual: Tensor?, _ expected: Tensor, _ what: String, tolerance: Double = 1e-4,
    rounding: Double = 0, at location: SourceLocation = #_sourceLocation
) {
    guard let actual, actual.shape == expected.shape else {
        Issue.record(
            "\(what): \(String(describing: actual?.shape)), not \(expected.shape)",
            sourceLocation: location)
        return
    }
    let difference = norm(zip(actual.values, expected.values).map { Double($0) - Double($1) })
    let size = norm(expected.values.map { Double($0) })
    let bound = max(rounding, size < 1e-12 ? 1e-6 : tolerance * size)
    #expect(difference <= bound, "\(what): ‖b‖ is \(size)", sourceLocation: location)
}

/// Expects the running moments of every batch normalization to be close to reference ones, and to
/// be of as many batches.
public func expectMoments(
    _ actual: Buffers, _ expected: Buffers, _ what: String, tolerance: Double = 1e-4,
    at location: SourceLocation = #_sourceLocation
) {
    #expect(
        actual.layers.map(\.name) == expected.layers.map(\.name), "\(what)",
        sourceLocation: location)
    func expect(_ own: [Float], _ other: [Float], _ name: String) {
        expectAgreement(
            Tensor(shape: [own.count], values: own), Tensor(shape: [other.count], values: other),
            "\(what), \(name)", tolerance: tolerance, at: location)
    }
    for (own, other) in zip(actual.layers, expected.layers) {
        #expect(own.batches == other.batches, "\(what), \(own.name)", sourceLocation: location)
        expect(own.mean, other.mean, "mean of \(own.name)")
        expect(own.variance, other.variance, "variance of \(own.name)")
    }
}

/// The Euclidean norm.
public func norm(_ x: [Double]) -> Double {
    x.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
