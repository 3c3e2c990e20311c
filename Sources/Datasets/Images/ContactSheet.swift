import ImageDecoding

/// A picture of the first training samples of every class, as models read them: upright, resized
/// and cropped, before normalization; or of the images of a batch. Small samples are enlarged, and
/// large ones made smaller.
///
/// Of training samples a row of tiles is a class; below the last class of a view begins the next
/// view. A sample of one or three channels is one tile, grey or coloured. Of other samples each
/// channel is a grey tile, and the channels of a sample stand beside one another.
public struct ContactSheet: Sendable {
    /// Samples of a class.
    public static let columns = 8
    /// Classes that are shown.
    public static let mostClasses = 20
    /// Channels that are shown where they are neither one nor three.
    private static let mostChannels = 8
    /// Smaller samples are enlarged to about this many pixels.
    private static let leastTile = 64
    /// Larger samples are reduced to this many pixels, down or across.
    private static let mostTile = 128
    private static let gap = 2
    private static let background: UInt8 = 128

    /// The views that are shown from top to bottom; the default view has the name `""`. None of a
    /// batch of images.
    public let views: [String]
    /// The sheet.
    private let image: DecodedImage

    /// Its size in pixels.
    public var size: (width: Int, height: Int) { (image.width, image.height) }

    /// The sheet as a PNG file.
    ///
    /// - Throws: ``DatasetError`` (78) where it is too large for one.
    public func png() throws(DatasetError) -> [UInt8] {
        do throws(DecodedImage.Failure) { return try image.png() } catch {
            throw DatasetError(.impossible, "the contact sheet: \(error); show fewer views")
        }
    }

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

    /// Tiles of one size, line by line.
    init(grid tiles: [DecodedImage], columns: Int, height: Int, width: Int) {
        let size = Self.tileSize(height, width)
        let lines = (tiles.count + columns - 1) / columns
        var canvas = Canvas(
            width: columns * (size.width + Self.gap) + Self.gap,
            height: lines * (size.height + Self.gap) + Self.gap, grey: Self.background)
        for (number, tile) in tiles.enumerated() {
            canvas.place(
                tile.scaled(to: size),
                left: Self.gap + number % columns * (size.width + Self.gap),
                top: Self.gap + number / columns * (size.height + Self.gap))
        }
        views = []
        image = canvas.image
    }

    /// The classes of a view, one below the other.
    private static func block(_ set: SampleSet) -> DecodedImage {
        let rows = (0..<min(set.classCount, mostClasses)).map { label in
            set.labels.indices.lazy.filter { set.labels[$0] == label }.prefix(columns)
        }
        let range = set.range(of: rows.flatMap { Array($0) })
        let tiles = set.shape[0] == 3 ? 1 : min(set.shape[0], mostChannels)
        let size = tileSize(set.shape[1], set.shape[2])
        var canvas = Canvas(
            width: columns * (tiles * size.width + gap) + gap,
            height: rows.count * (size.height + gap) + gap, grey: background)
        for (row, samples) in rows.enumerated() {
            for (column, sample) in samples.enumerated() {
                for part in 0..<tiles {
                    canvas.place(
                        set.tile(sample, part, within: range).scaled(to: size),
                        left: gap + column * (tiles * size.width + gap) + part * size.width,
                        top: gap + row * (size.height + gap))
                }
            }
        }
        return canvas.image
    }

    /// Samples that are enlarged have whole multiples of their pixels.
    private static func tileSize(_ height: Int, _ width: Int) -> (height: Int, width: Int) {
        let longest = max(height, width)
        guard longest > mostTile else {
            let scale = max(1, leastTile / longest)
            return (height * scale, width * scale)
        }
        return (max(1, height * mostTile / longest), max(1, width * mostTile / longest))
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

    /// Lays a tile.
    mutating func place(_ tile: DecodedImage, left: Int, top: Int) {
        for y in 0..<tile.height {
            let start = ((top + y) * width + left) * 3
            let source = y * tile.width * 3
            bytes.replaceSubrange(
                start..<start + tile.width * 3, with: tile.bytes[source..<source + tile.width * 3])
        }
    }
}

extension DecodedImage {
    /// The image enlarged by a whole number, or reduced: each pixel is the mean of those under it.
    fileprivate func scaled(to size: (height: Int, width: Int)) -> DecodedImage {
        guard size.height >= height, size.width >= width else {
            return resized(
                box: (0, 0, Double(width), Double(height)), to: (size.height, size.width), .area)
        }
        let scale = size.height / height
        var result: [UInt8] = []
        result.reserveCapacity(size.height * size.width * channels)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let pixel = (y / scale * width + x / scale) * channels
                result += bytes[pixel..<pixel + channels]
            }
        }
        return DecodedImage(
            channels: channels, width: size.width, height: size.height, bytes: result)
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

    /// A sample of three channels as a coloured image, or a channel of another one as a grey one.
    fileprivate func tile(
        _ sample: Int, _ part: Int, within range: (Float, Float)
    ) -> DecodedImage {
        let area = shape[1] * shape[2]
        let bytes = (0..<area * 3).map { place in
            byte(
                sample, (shape[0] == 3 ? place % 3 : part) * area + place / 3, within: range)
        }
        return DecodedImage(channels: 3, width: shape[2], height: shape[1], bytes: bytes)
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
