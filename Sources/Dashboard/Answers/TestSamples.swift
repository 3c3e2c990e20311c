/// The samples that a run's learners are tested on, as a page shows them.
///
/// Loading data is the work of other rooms: whoever serves a page hands in a ``Source``.
public struct TestSamples: Sendable {
    /// How a sample looks to people.
    public enum Appearance: Hashable, Sendable {
        /// A PNG file.
        case picture(png: [UInt8])
        case text(String)
    }

    /// Loads the samples of a run; it may take long.
    ///
    /// - Throws: what is wrong, in words for people, where they cannot be had on this host.
    public typealias Source = @Sendable () throws -> TestSamples

    /// The names of the classes, by their numbers.
    public let classes: [String]
    /// The class of each sample.
    public let labels: [Int]
    /// Whether samples are pictures.
    public let arePictures: Bool
    private let look: @Sendable (Int) throws -> Appearance

    /// Samples that are loaded.
    ///
    /// - Parameter look: how a sample of a number in `labels.indices` looks.
    public init(
        classes: [String], labels: [Int], arePictures: Bool,
        look: @escaping @Sendable (Int) throws -> Appearance
    ) {
        (self.classes, self.labels, self.arePictures) = (classes, labels, arePictures)
        self.look = look
    }

    /// The PNG file of a sample; nil where it is no picture, or there is no such sample.
    func picture(of sample: Int) -> [UInt8]? {
        guard arePictures, labels.indices.contains(sample),
            case .picture(let png)? = try? look(sample)
        else { return nil }
        return png
    }

    /// The text of a sample; nil where it is a picture.
    func text(of sample: Int) -> String? {
        guard !arePictures, labels.indices.contains(sample),
            case .text(let text)? = try? look(sample)
        else { return nil }
        return text
    }
}
