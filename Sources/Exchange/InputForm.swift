import CohortGraph

/// The form of samples that travel: the shape of one, and how its values are encoded.
public struct InputForm: Hashable, Sendable {
    /// The dimensions of one sample, C×H×W.
    public var shape: [Int]
    /// How the payload holds the values; nil for any exact encoding.
    public var encoding: Encoding?

    /// A form.
    public init(shape: [Int], encoding: Encoding? = nil) {
        self.shape = shape
        self.encoding = encoding
    }

    /// Whether who takes this form can use samples of another.
    func takes(_ other: InputForm) -> Bool {
        shape == other.shape
            && (encoding == nil || other.encoding == nil || encoding == other.encoding)
    }

    private static let names: [(Encoding, String)] = [(.float32, "float32"), (.bytes, "bytes")]

    /// `bytes 1x8x8`, as a greeting states it; nothing where an encoding has no name here.
    var text: String {
        let name = Self.names.first { $0.0 == encoding }?.1 ?? ""
        return "\(name) \(shape.map(String.init).joined(separator: "x"))"
    }

    /// Reads what a greeting states; nil of what is not understood.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let numbers = parts[1].split(separator: "x", omittingEmptySubsequences: false).map {
            Int($0)
        }
        let shape = numbers.compactMap(\.self).filter { $0 > 0 }
        guard !shape.isEmpty, shape.count == numbers.count else { return nil }
        self.init(shape: shape, encoding: Self.names.first { $0.1 == parts[0] }?.0)
    }
}

extension InputForm: CustomStringConvertible {
    /// `1×8×8 (bytes)`.
    public var description: String {
        let name = Self.names.first { $0.0 == encoding }?.1
        return shape.map(String.init).joined(separator: "×") + (name.map { " (\($0))" } ?? "")
    }
}
