import Kernels

/// What an operation of a model computes, with everything that its operands do not say.
///
/// A ``Computation`` consists of these, so that another program can be given the same model.
public enum Operation: Sendable {
    /// Images N×C×H×W, weights, and a bias or none; see
    /// ``Variable/convolution(_:bias:stride:padding:groups:)``.
    case convolution(stride: Int, padding: Int, groups: Int)
    /// Channels N×C×…, their scale and shift, and what is added to the result or nothing.
    case normalization(Kernels.BatchMoments, epsilon: Float, isRectified: Bool)
    /// Rows, weights out×in, and a bias or none; then a function of every element.
    case linear(activation: UnaryOperation?)
    /// A function of every element.
    case elements(UnaryOperation)
    /// A function of two operands, whose shapes are broadcast as NumPy does.
    case pairs(BinaryOperation)
    /// The same elements in the shape of the result.
    case reshape
    /// The dimensions in another order.
    case permutation([Int])
    /// A range of the first dimension.
    case rows(Range<Int>)
    /// Any number of operands, one after another along the first dimension.
    case concatenation
    /// The sum over some dimensions, which remain with an extent of 1.
    case sum(axes: [Int])
    /// The largest pixel under each window.
    case maxPool(Window)
    /// N×C×H×W to the mean of each plane, N×C.
    case globalAveragePool
    /// The softmax along the last dimension.
    case softmax
    /// Rows, and their scale and shift.
    case layerNormalization(epsilon: Float)
    /// Queries, keys and values side by side, and N×T ones where a position counts and zeros where
    /// it is padding, or nothing; see ``Variable/selfAttention(heads:length:)``.
    case selfAttention(heads: Int, length: Int)
    /// Queries, keys and values side by side; see ``Variable/causalAttention(heads:length:)``.
    case causalAttention(heads: Int, length: Int)
    /// Tokens N×…, T for each sample, to N×(T − window + 1): 1 where a window of neighbours lies
    /// before the end of its sequence, and in the first column; else 0. A sequence ends behind its
    /// last token that is not the padding.
    case paddingMask(padding: Int, window: Int)
    /// A table, and the numbers of the rows that are wanted.
    case embedding
    /// A tensor, and one scale or one for each entry of the first dimension; see
    /// ``Variable/quantized(by:levels:scaleFactor:)``.
    case quantization(levels: ClosedRange<Int>)
    /// Weights; see ``Variable/hyperbolicallyQuantized(bits:)``.
    case hyperbolicQuantization(bits: Int)
    /// An operation that models do not consist of, by the name of its function.
    case other(String)
}
