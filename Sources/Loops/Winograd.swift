/// A convolution of stride 1 by Winograd's minimal filtering (Winograd 1980; Lavin and Gray 2016).
///
/// Windows of 6×6 pixels are transformed with the interpolation points 0, ±1, ±2 and ∞; a product
/// for each of their 36 positions takes the place of a product for each of the kernel's. A 3×3
/// kernel gives tiles of 4×4 output pixels with 36 multiplications in place of 144, a 5×5 kernel
/// tiles of 2×2 with 36 in place of 100.
///
/// Channels and filters are multiples of 16.
public struct WinogradCorrelation {
    /// Positions of a transformed window.
    public static let positions = 36

    /// How many images there are.
    public var images: Int
    /// Of the source, whose pixels outside are zeros.
    public var height: Int
    /// Columns of a source image.
    public var width: Int
    /// Channels of the source.
    public var channels: Int
    /// Lines of the output.
    public var outputHeight: Int
    /// Columns of the output.
    public var outputWidth: Int
    /// Channels of the output.
    public var filters: Int
    /// Lines and columns: 3 or 5.
    public var kernel: Int
    /// Lines and columns of zeros at every side of the source.
    public var padding: Int
    /// The source, N×H×W×C.
    public var source: Pointer
    /// Output pixels × filters; for the weights' gradient it is read.
    public var target: Pointer
    /// Transformed: positions × panels × channels × 16; for their gradient positions × channels ×
    /// filters, added to.
    public var weights: Pointer
    /// Whether as many images lie behind these in memory.
    public var isFollowed: Bool

    /// Describes a convolution; the caller keeps the memory alive.
    public init(
        images: Int, height: Int, width: Int, channels: Int, outputHeight: Int, outputWidth: Int,
        filters: Int, kernel: Int, padding: Int, source: Pointer, target: Pointer,
        weights: Pointer, isFollowed: Bool
    ) {
        self.images = images
        self.height = height
        self.width = width
        self.channels = channels
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.filters = filters
        self.kernel = kernel
        self.padding = padding
        self.source = source
        self.target = target
        self.weights = weights
        self.isFollowed = isFollowed
    }

    /// Lines and columns of output pixels that a window gives.
    public var tile: Int { 7 - kernel }
    /// Tiles one above the other in an image.
    public var tileRows: Int { (outputHeight + tile - 1) / tile }
    /// Tiles side by side in an image.
    public var tileColumns: Int { (outputWidth + tile - 1) / tile }
    /// Tiles of all images.
    public var tiles: Int { images * tileRows * tileColumns }

    /// How many tiles are worked on at once, so that their transforms stay in the cache.
    public var tilesAtOnce: Int {
        let most = max(12, Self.cachedFloats / (Self.positions * (channels + filters)))
        let blocks = (tiles + most - 1) / most
        return ((tiles + blocks - 1) / blocks + 11) / 12 * 12
    }

    private static let cachedFloats = 120_000

    /// Floats from one position to the next of transformed pixels: not a multiple of a page.
    public func step(_ channels: Int) -> Int { tilesAtOnce * channels + Layout.panel }

    /// The floats of scratch memory that are needed.
    public var scratch: Int {
        Self.positions * (step(channels) + step(filters) + Layout.panel) + max(channels, filters)
    }
}
