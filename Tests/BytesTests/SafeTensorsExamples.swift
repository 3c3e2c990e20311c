/// Written by the Rust library: F32 [2, 2] = 0, 1, 2, 3.
private let golden = """
    68000000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a227074222c2273746570223a\
    223132227d2c2277223a7b226474797065223a22463332222c227368617065223a5b322c325d2c22646174615f6f\
    666673657473223a5b302c31365d7d7d20202020000000000000803f0000004000004040
    """

func goldenBytes() -> [UInt8] {
    let digits = Array(golden)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0..<$0 + 2]), radix: 16)
    }
}

/// A file of a given header and so many zero bytes of data.
func safeTensors(_ header: String, data: Int) -> [UInt8] {
    let header = Array(header.utf8)
    let size = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return size + header + [UInt8](repeating: 0, count: data)
}

/// One tensor of a header.
func entry(_ name: String, _ dtype: String, _ shape: String, _ offsets: String) -> String {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
}
