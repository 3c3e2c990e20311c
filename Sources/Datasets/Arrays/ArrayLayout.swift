/// What the dimensions of an array of samples are.
package enum ArrayLayout: String, CaseIterable, Sendable {
    /// By the number of dimensions, and by where a number of channels stands.
    case auto
    /// N×D: features.
    case features = "nd"
    /// N×H×W.
    case grey = "nhw"
    /// N×H×W×C.
    case channelsLast = "nhwc"
    /// N×C×H×W.
    case channelsFirst = "nchw"

    private var rank: Int {
        switch self {
        case .auto: 0
        case .features: 2
        case .grey: 3
        case .channelsLast, .channelsFirst: 4
        }
    }

    /// What is taken for a number of channels where both sides of an image have more.
    private static let channels = 1...4

    /// The layout of an array: this one, or the one that its shape shows.
    ///
    /// - Throws: ``DatasetError`` (78) where the array has other dimensions, or its shape leaves
    ///   open which of them are the channels.
    package func resolved(for array: NPYArray) throws(DatasetError) -> ArrayLayout {
        let shape = array.shape.map(String.init).joined(separator: "×")
        guard self == .auto else {
            guard array.shape.count == rank else {
                throw DatasetError(
                    .impossible,
                    "\(array.path): has the shape \(shape), and layout \(rawValue) has \(rank)"
                        + " dimensions")
            }
            return self
        }
        switch array.shape.count {
        case 2: return .features
        case 3: return .grey
        case 4:
            let isLast = Self.channels.contains(array.shape[3])
            guard isLast != Self.channels.contains(array.shape[1]) else {
                throw DatasetError(
                    .impossible,
                    "\(array.path): its shape \(shape) does not show which dimension is the"
                        + " channels; set layout: nhwc or layout: nchw")
            }
            return isLast ? .channelsLast : .channelsFirst
        default:
            throw DatasetError(
                .impossible,
                "\(array.path): has the shape \(shape); samples are N×D, N×H×W, N×H×W×C or"
                    + " N×C×H×W")
        }
    }

    /// The elements as samples C×H×W, one after the other, and their shape.
    ///
    /// - Precondition: the layout is resolved for the array.
    func samples(of array: NPYArray) -> (shape: [Int], pixels: SampleSet.Pixels) {
        let shape = array.shape
        switch self {
        case .auto: preconditionFailure("the layout is resolved")
        case .features: return ([1, 1, shape[1]], array.elements)
        case .grey: return ([1, shape[1], shape[2]], array.elements)
        case .channelsFirst: return (Array(shape[1...]), array.elements)
        case .channelsLast:
            let (height, width, channels) = (shape[1], shape[2], shape[3])
            let pixels = array.elements.permuted(
                [shape[0], channels, height, width],
                strides: [height * width * channels, 1, width * channels, channels])
            return ([channels, height, width], pixels)
        }
    }

    /// For a sentence about an array: `N×H×W×C`.
    var description: String {
        rawValue.uppercased().map(String.init).joined(separator: "×")
    }
}
