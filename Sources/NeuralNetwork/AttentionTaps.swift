extension ForwardPass {
    /// Names what an attention computes on its way; none of it is computed until it is asked for.
    ///
    /// `NAME.queries`, `NAME.keys` and `NAME.values` are images width×T×1, every head's share a
    /// range of channels. `NAME.attention` is heads×T×T, a row for each query: the scores
    /// q·kᵀ / √depth before the softmax. All are 0 at padding.
    ///
    /// - Parameter inputs: N·T×3·width, as ``Variable/selfAttention(heads:length:)`` takes them.
    package func tapAttention(
        _ inputs: Variable, as name: String, heads: Int, length: Int, _ mask: PaddingMask?
    ) {
        let parts = AttentionParts(inputs: inputs, heads: heads, length: length, mask: mask)
        for (number, part) in ["queries", "keys", "values"].enumerated() {
            tap("\(name).\(part)", of: [parts.width, length, 1]) {
                parts.rows(number).asImages(length: length)
            }
        }
        tap("\(name).attention", of: [heads, length, length]) { parts.scores }
    }
}

/// The queries, keys and values of an attention.
private struct AttentionParts {
    /// N·T×3·width.
    let inputs: Variable
    let heads: Int
    let length: Int
    let mask: PaddingMask?

    var width: Int { inputs.shape[1] / 3 }

    /// One of the three by its number, N·T×width.
    func rows(_ number: Int) -> Variable {
        let part = inputs.split(intoColumns: [width, width, width])[number]
        return mask?.applied(to: part) ?? part
    }

    /// N×heads×T×T.
    var scores: Variable {
        let (queries, keys) = (byHead(rows(0)), byHead(rows(1)))
        let products = queries.batchedMatmul(keys.permuted([0, 2, 1]))
        let scale = 1 / Float(width / heads).squareRoot()
        return (products * scale).reshaped([products.shape[0] / heads, heads, length, length])
    }

    /// N·T×width as N·heads×T×depth.
    private func byHead(_ rows: Variable) -> Variable {
        let (count, depth) = (rows.shape[0] / length, width / heads)
        return rows.reshaped([count, length, heads, depth]).permuted([0, 2, 1, 3])
            .reshaped([count * heads, length, depth])
    }
}
