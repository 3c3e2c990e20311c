import ZeroMQ

/// The keys of one learner with its name, as a file in the format of pyzmq's `zmq.auth`.
///
///     metadata
///         name = a
///     curve
///         public-key = "…"
///         secret-key = "…"
///
/// The secret key stands in the private file alone.
public struct Certificate: Sendable {
    /// The metadata; nil where there are none, as in pyzmq's own.
    public var name: String?
    /// The key that others know the holder by.
    public var publicKey: CurveKey
    /// The key that only the holder has; nil in a public certificate.
    public var secretKey: CurveKey?

    /// - Throws: ``ExchangeFailure`` (65) for a text that is no certificate, (77) for keys that
    ///   cannot be trusted.
    public init(text: String) throws(ExchangeFailure) {
        var fields: [Substring: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.isComment {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[parts[0].trimming(\.isWhitespace)] = String(
                parts[1].trimming { $0.isWhitespace || "\"'".contains($0) })
        }
        name = fields["name"]
        guard let publicKey = fields["public-key"].flatMap(CurveKey.init(z85:)) else {
            throw ExchangeFailure(
                exitCode: .corruptData, message: "it has no public-key of 40 characters of Z85")
        }
        self.publicKey = publicKey
        guard !publicKey.isExample else {
            throw ExchangeFailure(
                exitCode: .notAuthorised,
                message: "its key is an example of the manual zmq_curve(7), whose secret everybody"
                    + " knows")
        }
        guard let secret = fields["secret-key"] else { return }
        guard let secretKey = CurveKey(z85: secret) else {
            throw ExchangeFailure(
                exitCode: .corruptData, message: "its secret-key is not of 40 characters of Z85")
        }
        self.secretKey = secretKey
    }

    /// A secret certificate of a holder's keys.
    public init(name: String, keys: CurveKeyPair) {
        self.name = name
        publicKey = keys.publicKey
        secretKey = keys.secretKey
    }

    /// The file that everybody may read.
    public var publicText: String {
        """
        # CURVE public certificate of a learner, in the format of pyzmq.
        # Whoever holds the secret key beside it speaks in this name.

        metadata
        \(name.map { "    name = \($0)\n" } ?? "")curve
            public-key = "\(publicKey.z85)"

        """
    }

    /// The file that stays on its host; nil without a secret key.
    var privateText: String? {
        secretKey.map { secretKey in
            """
            # CURVE secret certificate of a learner, in the format of pyzmq.
            # Give it to nobody, and leave its permissions as they are.

            metadata
            \(name.map { "    name = \($0)\n" } ?? "")curve
                public-key = "\(publicKey.z85)"
                secret-key = "\(secretKey.z85)"

            """
        }
    }

    /// The pair of keys.
    ///
    /// - Throws: ``ExchangeFailure`` (65) where there is no secret key, or it is another's.
    public func keys() throws -> CurveKeyPair {
        guard let secretKey else {
            throw ExchangeFailure(exitCode: .corruptData, message: "it holds no secret-key")
        }
        let keys = try CurveKeyPair(secretKey: secretKey)
        guard keys.publicKey == publicKey else {
            throw ExchangeFailure(
                exitCode: .corruptData, message: "its secret-key does not belong to its public-key")
        }
        return keys
    }
}

extension Substring {
    fileprivate var isComment: Bool { drop(while: \.isWhitespace).first == "#" }

    fileprivate func trimming(_ isSpare: (Character) -> Bool) -> Substring {
        var text = drop(while: isSpare)
        while let last = text.last, isSpare(last) { text.removeLast() }
        return text
    }
}
