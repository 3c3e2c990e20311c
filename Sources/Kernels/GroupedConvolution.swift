import Loops

// Each group of a grouped convolution is a convolution of its own.
extension Kernels {
    static func groupedConvolution(
        _ x: Floats, _ w: Floats, bias: Floats?, _ s: ConvolutionShape
    ) -> Floats {
        let part = s.ofOneGroup
        return joined(
            (0..<s.groups).map { group in
                convolution(
                    channels(of: group, in: x, s), weights(of: group, in: w, s),
                    bias: bias.map { $0[group * s.groupFilters..<(group + 1) * s.groupFilters] },
                    part)
            }, width: s.groupFilters)
    }

    static func groupedInputGradient(
        _ g: Floats, _ w: Floats, _ s: ConvolutionShape
    ) -> Floats {
        joined(
            (0..<s.groups).map { group in
                convolutionInputGradient(
                    columns(group * s.groupFilters, s.groupFilters, of: g, width: s.filters),
                    weights(of: group, in: w, s), s.ofOneGroup)
            }, width: s.groupChannels)
    }

    static func groupedWeightGradient(
        _ x: Floats, _ g: Floats, _ s: ConvolutionShape
    ) -> Floats {
        var d = Floats(uninitialized: s.weightCount)
        for group in 0..<s.groups {
            let part = convolutionWeightGradient(
                channels(of: group, in: x, s),
                columns(group * s.groupFilters, s.groupFilters, of: g, width: s.filters),
                s.ofOneGroup)
            d.replace(at: group * part.count, with: part)
        }
        return d
    }

    private static func channels(of group: Int, in x: Floats, _ s: ConvolutionShape) -> Floats {
        columns(group * s.groupChannels, s.groupChannels, of: x, width: s.channels)
    }

    private static func weights(of group: Int, in w: Floats, _ s: ConvolutionShape) -> Floats {
        let count = s.weightCount / s.groups
        return w[group * count..<(group + 1) * count]
    }

    /// Some columns of rows × width.
    static func columns(_ first: Int, _ count: Int, of x: Floats, width: Int) -> Floats {
        precondition(first >= 0 && first + count <= width && x.count.isMultiple(of: width))
        let rows = x.count / width
        var y = Floats(uninitialized: rows * count)
        let (source, target) = (x.pointer + first, y.mutablePointer())
        for row in 0..<rows {
            (target + row * count).update(from: source + row * width, count: count)
        }
        return y
    }

    /// Arrays rows × width side by side.
    static func joined(_ parts: [Floats], width: Int) -> Floats {
        let rows = (parts.first?.count ?? 0) / max(1, width)
        var y = Floats(uninitialized: parts.count * rows * width)
        let target = y.mutablePointer()
        for (place, part) in parts.enumerated() {
            precondition(part.count == rows * width, "parts differ in size")
            for row in 0..<rows {
                (target + (row * parts.count + place) * width)
                    .update(from: part.pointer + row * width, count: width)
            }
        }
        return y
    }
}

extension ConvolutionShape {
    fileprivate var ofOneGroup: ConvolutionShape {
        var part = self
        (part.channels, part.filters, part.groups) = (groupChannels, groupFilters, 1)
        return part
    }
}
