import ImageDecoding

/// A picture of the first training samples of every class, as a network sees them: upright, resized
/// and cropped, before normalization.
///
/// A row of tiles is a class; below the last class of a view begins the next view. A sample of one
/// or three channels is one tile, grey or coloured. Of other samples each channel is a grey tile,
/// and the channels of a sample stand beside one another.
public struct ContactSheet: Sendable {
    /// Samples of a class.
    public static let columns = 8
    /// Classes that are shown.
    public static let mostClasses = 20
    /// Channels that are shown where they are neither one nor three.
    private static let mostChannels = 8
    /// Small samples are enlarged to about this many pixels.
    private static let tile = 64
    private static let gap = 2
    private static let background: UInt8 = 128

    /// The views that are shown from top to bottom; the default view has the name `""`.
    public let views: [String]
    /// The sheet.
    private let image: DecodedImage

    /// The sheet as a PNG file.
    public var png: [UInt8] { image.png }

    /// - Throws: ``DatasetError`` (78) where no view has images.
    public init(of corpus: Corpus) throws(DatasetError) {
        let named = corpus.views.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let views = ([("", corpus.defaultView)] + named).filter { $0.1.contents == .image }
        guard !views.isEmpty else {
            throw DatasetError(
                .impossible,
                "\(corpus.name): samples are no images, and cannot be shown as a picture; leave"
                    + " --picture out")
        }
        self.views = views.map(\.0)
        image = Self.stacked(views.map { Self.block($0.1.train) })
    }

    /// The classes of a view, one below the other.
    private static func block(_ set: SampleSet) -> DecodedImage {
        let rows = (0..<min(set.classCount, mostClasses)).map { label in
            set.labels.indices.lazy.filter { set.labels[$0] == label }.prefix(columns)
        }
        let range = set.range(of: rows.flatMap { Array($0) })
        let (height, width) = (set.shape[1], set.shape[2])
        let scale = max(1, tile / max(height, width))
        let tiles = set.shape[0] == 3 ? 1 : min(set.shape[0], mostChannels)
        var canvas = Canvas(
            width: columns * (tiles * width * scale + gap) + gap,
            height: rows.count * (height * scale + gap) + gap, grey: background)
        for (row, samples) in rows.enumerated() {
            for (column, sample) in samples.enumerated() {
                for part in 0..<tiles {
                    canvas.place(
                        scale: scale, height: height, width: width,
                        left: gap + column * (tiles * width * scale + gap) + part * width * scale,
                        top: gap + row * (height * scale + gap)
                    ) { y, x, color in
                        let channel = set.shape[0] == 3 ? color : part
                        return set.byte(
                            sample, (channel * height + y) * width + x, within: range)
                    }
                }
            }
        }
        return canvas.image
    }

    private static func stacked(_ blocks: [DecodedImage]) -> DecodedImage {
        let width = blocks.map(\.width).max() ?? 0
        var bytes: [UInt8] = []
        for block in blocks {
            let fill = [UInt8](repeating: background, count: (width - block.width) * 3)
            for row in 0..<block.height {
                bytes += block.bytes[row * block.width * 3..<(row + 1) * block.width * 3]
                bytes += fill
            }
        }
        return DecodedImage(
            channels: 3, width: width, height: blocks.reduce(0) { $0 + $1.height }, bytes: bytes)
    }
}

/// Coloured pixels that tiles are laid on.
private struct Canvas {
    private let width: Int
    private let height: Int
    private var bytes: [UInt8]

    init(width: Int, height: Int, grey: UInt8) {
        self.width = width
        self.height = height
        bytes = [UInt8](repeating: grey, count: width * height * 3)
    }

    var image: DecodedImage {
        DecodedImage(channels: 3, width: width, height: height, bytes: bytes)
    }

    /// Lays a tile, each pixel of which covers `scale` pixels down and across.
    ///
    /// - Parameter value: of the tile's pixel in row y and column x, and of a colour from 0.
    mutating func place(
        scale: Int, height: Int, width: Int, left: Int, top: Int,
        _ value: (_ y: Int, _ x: Int, _ color: Int) -> UInt8
    ) {
        for y in 0..<height * scale {
            for x in 0..<width * scale {
                let pixel = ((top + y) * self.width + left + x) * 3
                for color in 0..<3 { bytes[pixel + color] = value(y / scale, x / scale, color) }
            }
        }
    }
}

extension SampleSet {
    /// The least and the greatest stored number of some samples; all bytes where they are bytes.
    fileprivate func range(of samples: [Int]) -> (Float, Float) {
        guard case .floats(let values) = pixels else { return (0, 255) }
        var range = (Float.infinity, -Float.infinity)
        for sample in samples {
            for value in values[sample * sampleSize..<(sample + 1) * sampleSize]
            where value.isFinite {
                range = (min(range.0, value), max(range.1, value))
            }
        }
        return range
    }

    /// A number of a sample, where the range is 0 to 255.
    fileprivate func byte(
        _ sample: Int, _ index: Int, within range: (Float, Float)
    ) -> UInt8 {
        let place = sample * sampleSize + index
        switch pixels {
        case .bytes(let values): return values[place]
        case .mapped(let values): return values[place]
        case .floats(let values):
            let share = (values[place] - range.0) / (range.1 - range.0)
            return share.isFinite ? UInt8(max(0, min(255, share * 255))) : 0
        }
    }
}
