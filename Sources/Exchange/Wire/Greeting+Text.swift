/// What a greeting states beside its fields: lines `name=value` behind the program's name.
extension Greeting {
    private enum Statement: String {
        case labels
        case test = "test-samples"
        case steps
        case inputs
    }

    /// The text of the message: the program, and a line for all that is stated.
    var text: String {
        let stated: [(Statement, String)] = [
            (.labels, labelDigest == 0 ? "" : Self.digits(labelDigest)),
            (.test, testDigest == 0 ? "" : Self.digits(testDigest)),
            (.steps, steps == 0 ? "" : "\(steps)"),
            (.inputs, inputs?.text ?? ""),
        ]
        return product
            + stated.filter { !$0.1.isEmpty }.map { "\n\($0.0.rawValue)=\($0.1)" }.joined()
    }

    /// Reads the text of a message. What is not understood is not stated.
    init(classes: Int, sampleOrderDigest: UInt64, text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.init(
            classes: classes, sampleOrderDigest: sampleOrderDigest,
            product: lines.first.map(String.init) ?? "")
        for line in lines.dropFirst() {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            switch Statement(rawValue: parts[0]) {
            case .labels: labelDigest = Self.digest(parts[1])
            case .test: testDigest = Self.digest(parts[1])
            case .steps: steps = Int(parts[1]).map { max(0, $0) } ?? 0
            case .inputs: inputs = InputForm(parts[1])
            case nil: break
            }
        }
    }

    /// The octets of the digest in their order, of which the number is little-endian.
    private static func digest(_ digits: String) -> UInt64 {
        digits.utf8.count == 16 ? UInt64(digits, radix: 16)?.byteSwapped ?? 0 : 0
    }

    private static func digits(_ digest: UInt64) -> String {
        let digits = String(digest.byteSwapped, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
