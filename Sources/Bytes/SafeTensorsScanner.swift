/// Reads JSON (RFC 8259) from front to back, keeping nothing but what it is asked for.
///
/// A safetensors header comes from anywhere, so nothing in it may cost more memory than a small
/// multiple of its own size, nor recurse deeper than ``deepest``; a name that an object holds twice
/// is refused, as another reader might take the other value.
struct SafeTensorsScanner {
    private static let deepest = 16
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var depth = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Reads an object, calling `member` at each value with its name.
    mutating func object(
        _ member: (inout Self, String) throws(SafeTensorsError) -> Void
    ) throws(SafeTensorsError) {
        var names: Set<String> = []
        try elements(from: "{", to: "}") { (scanner) throws(SafeTensorsError) in
            let name = try scanner.string()
            guard names.insert(name).inserted else {
                throw scanner.failure("'\(name)' appears twice")
            }
            try scanner.expect(":")
            try member(&scanner, name)
        }
    }

    /// Reads an array, calling `element` at each value.
    mutating func array(
        _ element: (inout Self) throws(SafeTensorsError) -> Void
    ) throws(SafeTensorsError) {
        try elements(from: "[", to: "]", element)
    }

    /// Reads a string.
    mutating func string() throws(SafeTensorsError) -> String {
        try expect("\"")
        var content: [UInt8] = []
        while let byte = next(), byte >= 0x20 {
            switch UnicodeScalar(byte) {
            case "\"":
                guard let string = String(validating: content, as: UTF8.self) else {
                    throw failure("a string is not UTF-8")
                }
                return string
            case "\\": content.append(contentsOf: try escape())
            default: content.append(byte)
            }
        }
        throw failure("a string does not end")
    }

    /// Reads a whole number of at least 0.
    mutating func count() throws(SafeTensorsError) -> Int {
        skipSpace()
        let text = String(decoding: take { (0x30...0x39).contains($0) }, as: UTF8.self)
        let follows = peek().map(UnicodeScalar.init)
        guard let value = Int(text), text == "\(value)",
            !["." as UnicodeScalar, "e", "E"].contains(follows)
        else { throw failure("a whole number is expected") }
        return value
    }

    /// Reads any value and discards it.
    mutating func skipValue() throws(SafeTensorsError) {
        skipSpace()
        switch peek().map(UnicodeScalar.init) {
        case "{": try object { (scanner, _) throws(SafeTensorsError) in try scanner.skipValue() }
        case "[": try array { (scanner) throws(SafeTensorsError) in try scanner.skipValue() }
        case "\"": _ = try string()
        default: try skipWord()
        }
    }

    /// Makes sure that nothing but space follows.
    mutating func end() throws(SafeTensorsError) {
        skipSpace()
        guard peek() == nil else { throw failure("something follows its end") }
    }

    /// An error at this place.
    func failure(_ message: String) -> SafeTensorsError {
        SafeTensorsError("the header is malformed at byte \(position): \(message)")
    }

    private mutating func elements(
        from open: UnicodeScalar, to close: UnicodeScalar,
        _ element: (inout Self) throws(SafeTensorsError) -> Void
    ) throws(SafeTensorsError) {
        try expect(open)
        guard depth < Self.deepest else { throw failure("it is nested too deeply") }
        depth += 1
        defer { depth -= 1 }
        if accept(close) { return }
        repeat { try element(&self) } while accept(",")
        try expect(close)
    }

    /// `true`, `false`, `null` or a number.
    private mutating func skipWord() throws(SafeTensorsError) {
        let isNumber = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/
        let word = String(
            decoding: take { !" \t\n\r,]}".utf8.contains($0) }, as: UTF8.self)
        guard ["true", "false", "null"].contains(word) || word.wholeMatch(of: isNumber) != nil
        else { throw failure("a value is expected") }
    }

    /// What follows a backslash, as UTF-8.
    private mutating func escape() throws(SafeTensorsError) -> [UInt8] {
        switch next().map(UnicodeScalar.init) {
        case "\""?: return [0x22]
        case "\\"?: return [0x5C]
        case "/"?: return [0x2F]
        case "b"?: return [0x08]
        case "f"?: return [0x0C]
        case "n"?: return [0x0A]
        case "r"?: return [0x0D]
        case "t"?: return [0x09]
        case "u"?: return Array(String(try escapedScalar()).utf8)
        default: throw failure("an unknown escape")
        }
    }

    /// The scalar of `\uXXXX`, or of a surrogate pair of them.
    private mutating func escapedScalar() throws(SafeTensorsError) -> Character {
        let first = try codeUnit()
        var units = [first]
        if UTF16.isLeadSurrogate(first), next() == 0x5C, next() == 0x75 {
            units.append(try codeUnit())
        }
        guard let text = String(validating: units, as: UTF16.self), let character = text.first
        else {
            throw failure("half a surrogate pair")
        }
        return character
    }

    private mutating func codeUnit() throws(SafeTensorsError) -> UInt16 {
        var digits = 0
        let text = String(
            decoding: take {
                digits += 1
                return digits <= 4 && UnicodeScalar($0).properties.isASCIIHexDigit
            }, as: UTF8.self)
        guard text.utf8.count == 4, let unit = UInt16(text, radix: 16) else {
            throw failure("an escape of four hexadecimal digits is expected")
        }
        return unit
    }

    private mutating func expect(_ scalar: UnicodeScalar) throws(SafeTensorsError) {
        guard accept(scalar) else { throw failure("'\(scalar)' is expected") }
    }

    private mutating func accept(_ scalar: UnicodeScalar) -> Bool {
        skipSpace()
        guard peek().map(UnicodeScalar.init) == scalar else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        _ = take { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    private mutating func take(while holds: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let taken = bytes[position...].prefix(while: holds)
        position = taken.endIndex
        return taken
    }

    private func peek() -> UInt8? {
        position < bytes.endIndex ? bytes[position] : nil
    }

    private mutating func next() -> UInt8? {
        defer { position = min(position + 1, bytes.endIndex) }
        return peek()
    }
}
