/// One operation of a strong augmentation.
package struct ImageOperation: Sendable {
    /// What it is called in a configuration.
    package let name: String
    /// Between which values its magnitude is drawn.
    package let range: ClosedRange<Double>
    /// Changes an image by a magnitude.
    package let apply: @Sendable (UnitImage, Double) -> UnitImage

    init(
        _ name: String, _ range: ClosedRange<Double> = 0...1,
        _ apply: @escaping @Sendable (UnitImage, Double) -> UnitImage
    ) {
        (self.name, self.range, self.apply) = (name, range, apply)
    }

    /// Every operation, with the ranges of *Multi-level Logit Distillation* (Jin et al. 2023). Its
    /// authors took them from RandAugment (Cubuk et al. 2020) by way of FixMatch (Sohn et al.
    /// 2020).
    package static let all = [
        ImageOperation("autocontrast") { image, _ in image.stretched },
        ImageOperation("brightness", 0.05...0.95) {
            $0.blended(over: { _ in 0 }, share: Float($1))
        },
        ImageOperation("color", 0.05...0.95) { $0.coloured($1) },
        ImageOperation("contrast", 0.05...0.95) { $0.contrasted($1) },
        ImageOperation("equalize") { image, _ in image.equalized },
        ImageOperation("identity") { image, _ in image },
        ImageOperation("posterize", 4...8) { $0.posterized(bits: Int($1)) },
        ImageOperation("rotate", -30...30) { $0.rotated(degrees: $1) },
        ImageOperation("sharpness", 0.05...0.95) { $0.sharpened($1) },
        ImageOperation("shear-x", -0.3...0.3) { image, share in
            image.moved { ($0 + share * $1, $1) }
        },
        ImageOperation("shear-y", -0.3...0.3) { image, share in
            image.moved { ($0, $1 + share * $0) }
        },
        ImageOperation("solarize", 0...256) { $0.solarized(from: $1) },
        ImageOperation("translate-x", -0.3...0.3) { image, share in
            image.moved { ($0 + share * Double(image.width), $1) }
        },
        ImageOperation("translate-y", -0.3...0.3) { image, share in
            image.moved { ($0, $1 + share * Double(image.height)) }
        },
    ]

    /// Every operation by its name.
    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
