import Bytes
import Foundation
import Options

/// Training samples that are mixed with one another within a batch, inputs and labels alike.
///
/// A pure function of the seed, the stream and the step, so that all learners that share a stream
/// see the same mixed samples, each in its own view.
public struct SampleMixing: Hashable, Sendable {
    /// How two samples are mixed.
    public enum Form: String, CaseIterable, Sendable {
        /// λ·x + (1 − λ)·x′ (*mixup: Beyond Empirical Risk Minimization*, Zhang et al. 2018).
        case mixup
        /// x with a rectangle of x′ (*CutMix*, Yun et al. 2019).
        case cutmix
    }

    /// How two samples are mixed.
    public var form: Form
    /// λ is drawn from the distribution Beta(α, α), once for each batch.
    public var alpha: Double

    /// The options, one for each form.
    public static let keys = Form.allCases.map(\.rawValue)

    /// A mixing of this form.
    public init(_ form: Form, alpha: Double) {
        (self.form, self.alpha) = (form, alpha)
    }

    /// Reads `mixup: 0.2` or `cutmix: 1`; nil where neither is set.
    public init?(options: inout OptionReader) {
        let found = Form.allCases.compactMap { form in
            options.optional(
                form.rawValue, Double.self, in: 0.1...4, help: "the α of the samples' shares"
            ).map { SampleMixing(form, alpha: $0) }
        }
        if found.count > 1 {
            options.note(options.failure("cutmix", "and mixup exclude each other; leave one out"))
        }
        guard let first = found.first else { return nil }
        self = first
    }

    /// What `mixup` and `cutmix` are set to, in full form.
    public func setting(of key: String) -> Setting? {
        key == form.rawValue ? .scalar(alpha) : nil
    }

    /// Checks that the samples can be mixed.
    ///
    /// - Throws: ``DatasetError`` (78) where they are texts, or for `cutmix`, no images.
    public func check(_ contents: SampleContents) throws(DatasetError) {
        let isFit =
            switch contents {
            case .image: true
            case .features: form == .mixup
            case .tokens: false
            }
        guard !isFit else { return }
        let fit = form == .mixup ? "images or features" : "images"
        throw DatasetError(
            .impossible,
            "training.\(form.rawValue) is of \(fit), and the data hold \(contents.plural); leave it"
                + " out")
    }
}

/// Draws how the batches of one stream are mixed.
public struct BatchMixer: Sendable {
    private let mixing: SampleMixing
    private let key: RandomKey

    /// - Parameters:
    ///   - seed: the run's.
    ///   - stream: the name of the stream of batches.
    public init(_ mixing: SampleMixing, seed: UInt64, stream: String) {
        self.mixing = mixing
        key = RandomKey(seed: seed).child("mixing").child(stream)
    }

    /// How a batch is mixed.
    ///
    /// - Parameter shape: of its samples, C×H×W.
    package func mix(_ batch: SampleBatch, shape: [Int]) -> BatchMix {
        let key = key.child(batch.step)
        let partners = key.child("partners").shuffled(Array(batch.samples.indices))
        let units = Self.units(alpha: mixing.alpha, key.child("share"))
        guard mixing.form == .cutmix else {
            return BatchMix(partners: partners, share: Float(units) / Float(Self.whole))
        }
        let side = (1 - Double(units) / Double(Self.whole)).squareRoot()
        let (rows, columns) = (
            Self.span(side, of: shape[1], key, at: 0), Self.span(side, of: shape[2], key, at: 1)
        )
        let covered = Double(rows.count * columns.count) / Double(shape[1] * shape[2])
        return BatchMix(partners: partners, share: Float(1 - covered), rows: rows, columns: columns)
    }

    /// How many units a whole is in which shares are drawn, so that they are the same wherever
    /// powers are computed.
    private static let whole = 1 << 16

    /// A draw of Beta(α, α) in units, by Jöhnk's method (1964): of u¹ᐟᵅ and v¹ᐟᵅ whose sum is at
    /// most 1, the first's part of it.
    private static func units(alpha: Double, _ key: RandomKey) -> Int {
        func power(_ counter: Int) -> Double {
            let uniform = (Double(key.bits(at: counter) >> 11) + 0.5) * 0x1p-53
            return pow(uniform, 1 / alpha)
        }
        var turn = 0
        while true {
            let (x, y) = (power(2 * turn), power(2 * turn + 1))
            if x + y <= 1 { return Int((x / (x + y) * Double(whole)).rounded()) }
            turn += 1
        }
    }

    /// The rows or columns of a rectangle whose middle is drawn, as far as they lie in the image.
    private static func span(
        _ side: Double, of length: Int, _ key: RandomKey, at counter: Int
    ) -> Range<Int> {
        let half = Int(Double(length) * side) / 2
        let middle = key.integer(below: length, at: counter)
        return max(0, middle - half)..<min(length, middle + half)
    }
}
