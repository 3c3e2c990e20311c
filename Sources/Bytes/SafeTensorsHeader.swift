/// The JSON header of a safetensors file: the metadata and, for each tensor, where its bytes lie.
struct SafeTensorsHeader {
    struct Entry {
        let name: String
        let dtype: SafeTensor.DType
        let shape: [Int]
        /// Relative to the byte after the header.
        let range: Range<Int>
    }

    private(set) var metadata: [String: String] = [:]
    private(set) var entries: [Entry] = []

    /// Reads a header and checks it by itself; ``check(against:)`` compares it with the data.
    init(decoding bytes: ArraySlice<UInt8>) throws(SafeTensorsError) {
        var scanner = SafeTensorsScanner(bytes)
        var (metadata, entries) = ([String: String](), [Entry]())
        try scanner.object { (scanner, name) throws(SafeTensorsError) in
            guard name != "__metadata__" else {
                return try scanner.object { (scanner, key) throws(SafeTensorsError) in
                    metadata[key] = try scanner.string()
                }
            }
            entries.append(try Entry(name, &scanner))
        }
        try scanner.end()
        (self.metadata, self.entries) = (metadata, entries)
    }

    /// Makes sure that the tensors cover `count` bytes of data exactly, each byte once.
    func check(against count: Int) throws(SafeTensorsError) {
        var end = 0
        for entry in entries.sorted(by: Self.liesBefore) {
            guard entry.range.lowerBound == end else {
                let what = entry.range.lowerBound < end ? "overlaps another" : "leaves a hole"
                throw SafeTensorsError("tensor '\(entry.name)' \(what) at data byte \(end)")
            }
            end = entry.range.upperBound
        }
        guard end == count else {
            throw SafeTensorsError("the tensors take \(end) bytes, the file holds \(count)")
        }
    }

    private static func liesBefore(_ a: Entry, _ b: Entry) -> Bool {
        (a.range.lowerBound, a.range.upperBound) < (b.range.lowerBound, b.range.upperBound)
    }
}

extension SafeTensorsHeader.Entry {
    fileprivate init(
        _ name: String, _ scanner: inout SafeTensorsScanner
    ) throws(SafeTensorsError) {
        var dtype: SafeTensor.DType?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.object { (scanner, key) throws(SafeTensorsError) in
            switch key {
            case "dtype": dtype = try scanner.dtype(of: name)
            case "shape": shape = try scanner.counts()
            case "data_offsets": offsets = try scanner.counts()
            default: try scanner.skipValue()
            }
        }
        guard let dtype, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw SafeTensorsError(
                "tensor '\(name)' needs a dtype, a shape and data_offsets [begin, end]")
        }
        guard dtype.byteCount(of: shape) == offsets[1] - offsets[0] else {
            throw SafeTensorsError(
                "tensor '\(name)': \(dtype.rawValue) \(shape) does not take"
                    + " \(offsets[1] - offsets[0]) bytes")
        }
        self.init(name: name, dtype: dtype, shape: shape, range: offsets[0]..<offsets[1])
    }
}

extension SafeTensorsScanner {
    fileprivate mutating func dtype(of name: String) throws(SafeTensorsError) -> SafeTensor.DType {
        let word = try string()
        guard let dtype = SafeTensor.DType(rawValue: word) else {
            throw SafeTensorsError("tensor '\(name)' has the unknown dtype '\(word)'")
        }
        return dtype
    }

    fileprivate mutating func counts() throws(SafeTensorsError) -> [Int] {
        var counts: [Int] = []
        try array { (scanner) throws(SafeTensorsError) in counts.append(try scanner.count()) }
        return counts
    }
}
