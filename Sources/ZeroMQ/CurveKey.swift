import CZeroMQ

/// One key of CURVE, public or secret: 32 bytes, which text holds as 40 characters of Z85.
public struct CurveKey: Hashable, Sendable {
    /// How many bytes a key has.
    public static let byteCount = 32
    private static let z85Count = 40

    /// The bytes of the key.
    public let bytes: [UInt8]

    /// Room for a key's text and its final zero byte.
    fileprivate static var emptyText: [CChar] { [CChar](repeating: 0, count: z85Count + 1) }

    /// A key's text as libzmq writes it.
    fileprivate init(text: [CChar]) {
        let z85 = String(decoding: text.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard let key = CurveKey(z85: z85) else { preconditionFailure("libzmq writes Z85") }
        self = key
    }

    /// Nil unless these are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Nil unless the text is 32 bytes in Z85.
    public init?(z85 text: String) {
        guard text.utf8.count == Self.z85Count else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        guard zmq_z85_decode(&bytes, text) != nil else { return nil }
        self.bytes = bytes
    }

    /// The key in ZeroMQ's printable form.
    public var z85: String {
        var text = Self.emptyText
        zmq_z85_encode(&text, bytes, bytes.count)
        return String(decoding: text.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Compares every byte, so that the time taken does not depend on where two keys differ.
    func matches(_ other: CurveKey) -> Bool {
        zip(bytes, other.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// A secret key with the public key that belongs to it.
public struct CurveKeyPair: Sendable, CustomStringConvertible {
    /// The key that others know the holder by.
    public let publicKey: CurveKey
    /// The key that only the holder has.
    public let secretKey: CurveKey

    /// A new pair, from the system's random numbers.
    ///
    /// - Throws: ``UnsuitableLibrary`` where libzmq was built without CURVE.
    public init() throws {
        try LibraryVersion.requireCurve()
        var (publicText, secretText) = (CurveKey.emptyText, CurveKey.emptyText)
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else {
            throw ZeroMQError.last("make a key pair")
        }
        publicKey = CurveKey(text: publicText)
        secretKey = CurveKey(text: secretText)
    }

    /// The pair of a secret key.
    ///
    /// - Throws: ``UnsuitableLibrary`` where libzmq was built without CURVE.
    public init(secretKey: CurveKey) throws {
        try LibraryVersion.requireCurve()
        var text = CurveKey.emptyText
        guard zmq_curve_public(&text, secretKey.z85) == 0 else {
            throw ZeroMQError.last("derive a public key")
        }
        publicKey = CurveKey(text: text)
        self.secretKey = secretKey
    }

    /// The public key alone: no message or log shall hold the other.
    public var description: String { "CURVE pair of \(publicKey.z85)" }
}

extension CurveKey {
    /// The public keys that zmq_curve(7) prints with their secret keys: whoever has read the page
    /// can use them.
    public static let examples = [
        "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
    ].compactMap(CurveKey.init(z85:))

    /// Whether this is a public key whose secret key is printed in the manual.
    public var isExample: Bool { Self.examples.contains(self) }
}
