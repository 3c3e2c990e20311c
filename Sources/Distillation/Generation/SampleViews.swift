import Bytes
import Foundation
import NeuralNetwork
import Options

/// Two random views of each image (CMI, Fang et al. 2021): a global one, which is the image moved
/// by a few whole pixels, and a local one, a part of it at the size of the whole. Either may be
/// mirrored.
///
/// A local view shows a share of the area that is drawn evenly from ``part`` … 1; its sides have
/// the ratio of the image's times 3/4 … 4/3, and no side is longer than the image's.
public struct SampleViews: Sendable {
    /// The largest ratio of a local view's sides, by that of the image.
    private static let stretch: Float = 4 / 3

    /// The most pixels by which a global view is moved, along either side.
    public let shift: Int
    /// The smallest share of an image's area that a local view shows.
    public let part: Float
    /// Whether views are mirrored with a probability of one half.
    public let flips: Bool

    /// Reads `shift`, `local` and `flip`.
    init(_ options: inout OptionReader) {
        shift = options.value(
            "shift", default: 4, in: 0...1024, help: "most pixels by which global views are moved")
        part = options.value(
            "local", default: 0.25, in: 0.001...1,
            help: "the smallest share of a sample that a local view shows")
        flips = options.flag("flip", default: false, help: "mirror views at random")
    }

    /// Why images C×H×W have no such views; nil where they have.
    public func objection(to image: [Int]) -> String? {
        guard shift >= min(image[1], image[2]) else { return nil }
        return "shift is \(shift), and the samples are"
            + " \(image.map(String.init).joined(separator: "×")); take less than a side"
    }

    /// The views 2N×C×H×W of images N×C×H×W: all global ones, then all local ones.
    ///
    /// - Parameter key: determines them.
    public func callAsFunction(_ images: Variable, key: RandomKey) -> Variable {
        let (height, width) = (images.shape[2], images.shape[3])
        let keys = (0..<images.shape[0]).map(key.child)
        return .concatenating([
            images.seen(through: keys.map { global(height, width, $0.child("global")) }),
            images.seen(through: keys.map { local(height, width, $0.child("local")) }),
        ])
    }

    private func global(_ height: Int, _ width: Int, _ key: RandomKey) -> ImageWindow {
        let offsets = (0..<2).map { Float(key.integer(below: 2 * shift + 1, at: $0) - shift) }
        return ImageWindow(
            top: offsets[0], left: offsets[1], height: Float(height), width: Float(width),
            isMirrored: flips && key.integer(below: 2, at: 2) == 1)
    }

    private func local(_ height: Int, _ width: Int, _ key: RandomKey) -> ImageWindow {
        let area = part + (1 - part) * key.uniform(at: 0)
        let ratio = exp((2 * key.uniform(at: 1) - 1) * log(Self.stretch))
        let seen = (
            height: Float(height) * min(1, (area / ratio).squareRoot()),
            width: Float(width) * min(1, (area * ratio).squareRoot())
        )
        return ImageWindow(
            top: (Float(height) - seen.height) * key.uniform(at: 2),
            left: (Float(width) - seen.width) * key.uniform(at: 3),
            height: seen.height, width: seen.width,
            isMirrored: flips && key.integer(below: 2, at: 4) == 1)
    }
}
