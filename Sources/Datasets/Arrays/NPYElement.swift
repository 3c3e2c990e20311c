import Bytes

/// The types of NumPy whose numbers can be read.
struct NPYElement: Sendable {
    private enum Kind: Sendable { case boolean, unsigned, signed, float }

    private let kind: Kind
    /// Bytes of one element.
    let width: Int
    private let isBigEndian: Bool

    /// The type that NumPy writes so: `<f4`, `|u1`, `>i2`; nil for one that holds no numbers.
    init?(_ text: String) {
        let marks = Array(text)
        guard marks.count == 3, "<>|=".contains(marks[0]), let width = marks[2].wholeNumberValue
        else { return nil }
        switch (marks[1], width) {
        case ("b", 1): kind = .boolean
        case ("u", 1), ("u", 2), ("u", 4), ("u", 8): kind = .unsigned
        case ("i", 1), ("i", 2), ("i", 4), ("i", 8): kind = .signed
        case ("f", 2), ("f", 4), ("f", 8): kind = .float
        default: return nil
        }
        self.width = width
        isBigEndian = marks[0] == ">"
    }

    /// The elements in the order of their bytes: bytes and truth values as bytes, others as
    /// float32, rounded to nearest.
    func decode(_ bytes: ArraySlice<UInt8>) -> SampleSet.Pixels {
        switch (kind, width) {
        case (.boolean, _), (.unsigned, 1): .bytes(Array(bytes))
        case (.unsigned, 2): .floats(words(bytes, UInt16.self) { Float($0) })
        case (.unsigned, 4): .floats(words(bytes, UInt32.self) { Float($0) })
        case (.unsigned, _): .floats(words(bytes, UInt64.self) { Float($0) })
        case (.signed, 1): .floats(words(bytes, Int8.self) { Float($0) })
        case (.signed, 2): .floats(words(bytes, Int16.self) { Float($0) })
        case (.signed, 4): .floats(words(bytes, Int32.self) { Float($0) })
        case (.signed, _): .floats(words(bytes, Int64.self) { Float($0) })
        case (.float, 2):
            .floats(words(bytes, UInt16.self) { Float(Float16(bitPattern: $0)) })
        case (.float, 4): .floats(words(bytes, UInt32.self) { Float(bitPattern: $0) })
        case (.float, _):
            .floats(words(bytes, UInt64.self) { Float(Double(bitPattern: $0)) })
        }
    }

    private func words<Word: FixedWidthInteger>(
        _ bytes: ArraySlice<UInt8>, _ type: Word.Type, convert: (Word) -> Float
    ) -> [Float] {
        bytes.numbers(type, isBigEndian: isBigEndian, convert: convert)
    }
}
