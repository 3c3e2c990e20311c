/// The windows that a convolution visits: for each output pixel, `segments` runs of `run` floats.
///
/// The images are padded, so that no window leaves them; a line of a window is one run, since
/// channels lie last.
public struct Windows {
    /// How many images there are.
    public var images: Int
    /// Lines of windows in an image.
    public var outputHeight: Int
    /// Windows of a line.
    public var outputWidth: Int
    /// The first window of the first image.
    public var source: Pointer
    /// Floats from one image, line of windows and window to the next.
    public var imageStep: Int
    /// Floats from one line of windows to the next.
    public var lineStep: Int
    /// Floats from one window to the next.
    public var pixelStep: Int
    /// Lines of a window.
    public var segments: Int
    /// Floats from one line of a window to the next.
    public var segmentStep: Int
    /// Floats of a line of a window: its columns times the channels.
    public var run: Int
    /// Whether the source lies in memory rather than in the cache, as copies do.
    public var isFar: Bool

    /// Describes windows; the caller keeps the memory alive.
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
    /// What is multiplied.
    public var windows: Windows
    /// Panels × segments × run × 16.
    public var weights: Pointer
    /// How many filters there are.
    public var filters: Int
    /// The first output pixel, of `filters` floats.
    public var target: Pointer
    /// Floats from one image, line and pixel of the output to the next.
    public var targetImage: Int
    /// Floats from one line of the output to the next.
    public var targetLine: Int
    /// Floats from one pixel of the output to the next.
    public var targetPixel: Int

    /// Describes a correlation; the caller keeps the memory alive.
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
    /// What is multiplied.
    public var windows: Windows
    /// Output pixels × filters, image after image.
    public var gradient: Pointer
    /// How many filters there are.
    public var filters: Int
    /// Segments × run × filters, added to.
    public var target: Pointer

    /// Describes a gradient; the caller keeps the memory alive.
    public init(windows: Windows, gradient: Pointer, filters: Int, target: Pointer) {
        self.windows = windows
        self.gradient = gradient
        self.filters = filters
        self.target = target
    }
}

/// A convolution of every channel by itself over one padded image.
public struct DepthwiseCorrelation {
    /// Lines of the output.
    public var outputHeight: Int
    /// Columns of the output.
    public var outputWidth: Int
    /// Channels of the image, and of the output.
    public var channels: Int
    /// Lines of a window.
    public var kernelHeight: Int
    /// Columns of a window.
    public var kernelWidth: Int
    /// Lines and columns from one window to the next.
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
    /// Floats from one pixel of the output to the next.
    public var targetPixel: Int

    /// Describes a correlation; the caller keeps the memory alive.
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
