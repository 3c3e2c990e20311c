import Kernels

/// Which positions of sequences are padding, and so have no influence on what a model computes.
///
/// A sequence ends behind its last token that is not the padding; one of padding alone is its first
/// position.
package struct PaddingMask {
    private let tokens: Variable
    private let padding: Int
    private let length: Int
    /// How many positions each sequence has.
    package let lengths: [Int]
    /// N×T: 1 where a position belongs to its sequence, 0 where it is padding.
    package let positions: Variable

    /// Finds the ends of sequences.
    ///
    /// - Parameters:
    ///   - tokens: N×…, T for each sample.
    ///   - padding: the token that fills a sequence up to T.
    package init(_ tokens: Variable, padding: Int) {
        let (count, values) = (tokens.shape[0], tokens.value.values)
        let length = tokens.shape.dropFirst().reduce(1, *)
        lengths = (0..<count).map { sample in
            let row = values[sample * length..<(sample + 1) * length]
            let last = row.lastIndex { $0 != Float(padding) } ?? row.startIndex
            return last - row.startIndex + 1
        }
        self.tokens = tokens
        self.padding = padding
        self.length = length
        positions = Self.windows(of: 1, tokens, padding, lengths, length)
    }

    /// N×(T − width + 1): 1 for the windows over neighbouring positions that lie within their
    /// sequence, and for the first one of every sequence; 0 for the others.
    package func windows(of width: Int) -> Variable {
        Self.windows(of: width, tokens, padding, windowCounts(of: width), length)
    }

    private static func windows(
        of width: Int, _ tokens: Variable, _ padding: Int, _ counted: [Int], _ length: Int
    ) -> Variable {
        let places = length - width + 1
        let rows = counted.map { count in (0..<places).map { $0 < count ? 1 : 0 as Float } }
        return .operation(
            Tensor(shape: [rows.count, places], values: rows.flatMap { $0 }), of: [tokens],
            as: .paddingMask(padding: padding, window: width)
        ) { _ in [nil] }
    }

    /// How many windows of a sequence ``windows(of:)`` has a 1 for.
    private func windowCounts(of width: Int) -> [Int] { lengths.map { max($0 - width, 0) + 1 } }

    /// Rows N·T×D with 0 at padding.
    package func applied(to rows: Variable) -> Variable {
        zeroed(rows, length: length, counted: lengths) {
            positions.reshaped([rows.shape[0], 1])
        }
    }

    /// Images N×F×(T − width + 1)×1 with 0 where a window of a width is not one of its sequence.
    package func applied(toWindowsOf width: Int, _ images: Variable) -> Variable {
        zeroed(images, length: images.shape[2], counted: windowCounts(of: width)) {
            windows(of: width).reshaped([images.shape[0], 1, images.shape[2], 1])
        }
    }

    /// The product with a mask of ones and zeros, by copying.
    private func zeroed(
        _ x: Variable, length: Int, counted: [Int], by mask: () -> Variable
    ) -> Variable {
        func kept(_ tensor: Tensor) -> Tensor {
            tensor.mapSequences { Kernels.beginnings($0, length: length, counted: counted) }
        }
        return .operation(
            kept(x.value), of: [x, mask()], named: "padding", as: .pairs(.multiply)
        ) { g in [kept(g), nil] }
    }

    /// The mean over the positions of each sequence: N·T×D to N×D.
    package func mean(_ rows: Variable) -> Variable {
        let (count, width) = (lengths.count, rows.shape[1])
        let sums = applied(to: rows).reshaped([count, length, width]).sum(along: [1])
        return sums.reshaped([count, width]) / positions.sum(along: [1])
    }
}

extension Tensor {
    /// The result of a function of sequences of rows: the elements as they are, and of images
    /// N×F×T×1 with the channels last.
    fileprivate func mapSequences(_ body: (Floats) -> Floats) -> Tensor {
        shape.count == 4
            ? Tensor(images: shape, pixels: body(pixels))
            : Tensor(shape: shape, floats: body(floats))
    }
}
