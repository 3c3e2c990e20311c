import NeuralNetwork

/// How little a batch of images looks like photographs, as a scalar to be minimised: the
/// regularisers of *Dreaming to Distill* (Yin et al. 2020), as the code of its authors has them.
///
/// All norms are Euclidean and not squared. Those of a whole batch grow with the root of its size,
/// so that a weight belongs to a batch size.
public enum ImagePrior: String, CaseIterable, Sendable {
    /// The sum over four shifts (right, down, and both diagonals) of the norm of the whole batch's
    /// differences between neighbouring pixels.
    case totalVariation = "tv"
    /// The norm of the whole batch.
    case norm = "l2"
    /// The mean over the images of each one's norm, which the authors take for ImageNet.
    case imageNorm = "image-l2"

    /// The scalar of images N×C×H×W.
    ///
    /// What has a norm of 0 passes no gradient.
    public func callAsFunction(_ images: Variable) -> Variable {
        precondition(images.shape.count == 4, "images are N×C×H×W, not \(images.shape)")
        return switch self {
        case .totalVariation: images.totalVariation
        case .norm: images.wholeNorm
        case .imageNorm: images.flattened().rowNorms().mean()
        }
    }
}

extension Variable {
    /// The Euclidean norm of all elements.
    fileprivate var wholeNorm: Variable { reshaped([1, value.count]).rowNorms().sum() }

    /// Images of one line or column lack the shifts across it.
    fileprivate var totalVariation: Variable {
        let shifts = Shift.all.filter { $0.height <= shape[2] && $0.width <= shape[3] }
        let norms = shifts.map { $0.differences(of: self).wholeNorm }
        return norms.dropFirst().reduce(norms.first ?? Variable(Tensor(0)), +)
    }
}

/// A difference of two pixels within a window: the weights of a convolution.
private struct Shift {
    let height: Int
    let width: Int
    let weights: [Float]

    static let all = [
        Shift(height: 1, width: 2, weights: [1, -1]),
        Shift(height: 2, width: 1, weights: [1, -1]),
        Shift(height: 2, width: 2, weights: [1, 0, 0, -1]),
        Shift(height: 2, width: 2, weights: [0, -1, 1, 0]),
    ]

    /// Of every channel by itself.
    func differences(of images: Variable) -> Variable {
        let channels = images.shape[1]
        let kernels = Tensor(
            shape: [channels, 1, height, width],
            values: (0..<channels).flatMap { _ in weights })
        return images.convolution(Variable(kernels), bias: nil, groups: channels)
    }
}
