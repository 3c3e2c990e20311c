/// The windows that a convolution visits: for each output pixel, `segments` runs of `run` floats.
///
/// The images are padded, so that no window leaves them; a line of a window is one run, since
/// channels lie last.
public struct Windows {
    public var images: Int
    public var outputHeight: Int
    public var outputWidth: Int
    /// The first window of the first image.
    public var source: Pointer
    /// Floats from one image, line of windows and window to the next.
    public var imageStep: Int
    public var lineStep: Int
    public var pixelStep: Int
    public var segments: Int
    public var segmentStep: Int
    public var run: Int
    /// Whether the source lies in memory rather than in the cache, as copies do.
    public var isFar: Bool

    public init(
        images: Int, outputHeight: Int, outputWidth: Int, source: Pointer, imageStep: Int,
        lineStep: Int, pixelStep: Int, segments: Int, segmentStep: Int, run: Int, isFar: Bool
    ) {
        self.images = images
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.source = source
        self.imageStep = imageStep
        self.lineStep = lineStep
        self.pixelStep = pixelStep
        self.segments = segments
        self.segmentStep = segmentStep
        self.run = run
        self.isFar = isFar
    }
}

/// Every window times the weights.
public struct Correlation {
    public var windows: Windows
    /// Panels × segments × run × 16.
    public var weights: Pointer
    /// How many filters there are.
    public var filters: Int
    /// The first output pixel, of `filters` floats.
    public var target: Pointer
    /// Floats from one image, line and pixel of the output to the next.
    public var targetImage: Int
    public var targetLine: Int
    public var targetPixel: Int

    public init(
        windows: Windows, weights: Pointer, filters: Int, target: Pointer,
        targetImage: Int, targetLine: Int, targetPixel: Int
    ) {
        self.windows = windows
        self.weights = weights
        self.filters = filters
        self.target = target
        self.targetImage = targetImage
        self.targetLine = targetLine
        self.targetPixel = targetPixel
    }
}

/// Every window times the gradient in its output pixel, added up: the gradient in the weights.
public struct WeightCorrelation {
    public var windows: Windows
    /// Output pixels × filters, image after image.
    public var gradient: Pointer
    public var filters: Int
    /// Segments × run × filters, added to.
    public var target: Pointer

    public init(windows: Windows, gradient: Pointer, filters: Int, target: Pointer) {
        self.windows = windows
        self.gradient = gradient
        self.filters = filters
        self.target = target
    }
}

/// A convolution of every channel by itself over one padded image.
public struct DepthwiseCorrelation {
    public var outputHeight: Int
    public var outputWidth: Int
    public var channels: Int
    public var kernelHeight: Int
    public var kernelWidth: Int
    public var stride: Int
    /// The padded image.
    public var source: Pointer
    /// Floats from one of its lines to the next.
    public var lineStep: Int
    /// Kernel × channels.
    public var weights: Pointer
    /// The first output pixel.
    public var target: Pointer
    /// Floats from one line and pixel of the output to the next.
    public var targetLine: Int
    public var targetPixel: Int

    public init(
        outputHeight: Int, outputWidth: Int, channels: Int, kernelHeight: Int, kernelWidth: Int,
        stride: Int, source: Pointer, lineStep: Int, weights: Pointer, target: Pointer,
        targetLine: Int, targetPixel: Int
    ) {
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.channels = channels
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.stride = stride
        self.source = source
        self.lineStep = lineStep
        self.weights = weights
        self.target = target
        self.targetLine = targetLine
        self.targetPixel = targetPixel
    }
}
