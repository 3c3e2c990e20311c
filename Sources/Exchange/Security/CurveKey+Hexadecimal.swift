import Bytes
import ZeroMQ

extension CurveKey {
    /// 64 hexadecimal digits, which a shell leaves as they are; Z85 is full of what it does not.
    public init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[place..<place + 2], as: UTF8.self)
            guard pair.allSatisfy(\.isHexDigit), let byte = UInt8(pair, radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        self.init(bytes: bytes)
    }

    /// 64 hexadecimal digits.
    public var hexadecimal: String { bytes.hexadecimal }
}
