import Options

/// How an image net begins, before its first stage.
public enum Stem: String, CaseIterable, Sendable {
    /// A convolution that keeps the image's size, for images of a few dozen pixels.
    case small
    /// torchvision's for ImageNet: a convolution of stride 2 and a max pooling of stride 2, which
    /// leave a quarter of the height and width.
    case imagenet

    /// The window of the first convolution, which keeps or halves the image's size.
    ///
    /// - Parameter kernel: its height and width, odd.
    func window(_ kernel: Int) -> Window {
        Window(kernel, stride: self == .small ? 1 : 2, padding: kernel / 2)
    }

    /// What lies between the first convolution's activation and the first stage.
    ///
    /// - Parameter x: N×C×H×W.
    /// - Returns: x itself, or N×C×⌈H/2⌉×⌈W/2⌉.
    func pooled(_ x: Variable) -> Variable {
        self == .small ? x : x.maxPool(Window(3, stride: 2, padding: 1))
    }
}

extension OptionReader {
    /// How an image net begins.
    mutating func stem(default fallback: Stem) -> Stem {
        choice("stem", default: fallback, help: "for small images, or as torchvision's")
    }
}
