import Foundation

/// How well a language model predicts text.
public struct TextScore: Codable, Hashable, Sendable {
    /// e to the mean negative log likelihood of a token: among how many equally probable tokens the
    /// model as good as chooses.
    public var perplexity: Double
    /// How many bits each byte of the text costs, which can be compared between tokenizers.
    public var bitsPerByte: Double

    /// - Parameters:
    ///   - loss: the mean negative log likelihood of a token, in nats.
    ///   - bytesPerToken: of the text that was predicted.
    public init(loss: Double, bytesPerToken: Double) {
        perplexity = min(exp(loss), .greatestFiniteMagnitude)
        bitsPerByte = loss / log(2) / bytesPerToken
    }

    enum CodingKeys: String, CodingKey {
        case perplexity
        case bitsPerByte = "bits_per_byte"
    }

    /// `perplexity 9.132 bits_per_byte 1.998`.
    var text: String {
        "perplexity \(Text.number(perplexity)) bits_per_byte \(Text.number(bitsPerByte))"
    }
}
