import ZeroMQ

/// The public keys of a run's learners, one each.
public struct AllowList: Hashable, Sendable {
    let keys: [String: CurveKey]

    /// - Throws: ``ExchangeFailure`` (77) for a key of two names, and for an example of the manual.
    public init(_ keys: [String: CurveKey]) throws(ExchangeFailure) {
        var names: [CurveKey: String] = [:]
        for (name, key) in keys.sorted(by: { $0.key < $1.key }) {
            guard !key.isExample else {
                throw ExchangeFailure(
                    exitCode: .notAuthorised,
                    message: "the key of '\(name)' is an example of the manual zmq_curve(7), whose"
                        + " secret everybody knows; make it another by `cohort keys new`")
            }
            if let other = names.updateValue(name, forKey: key) {
                throw ExchangeFailure(
                    exitCode: .notAuthorised,
                    message: "'\(other)' and '\(name)' have the same key; make each its own by"
                        + " `cohort keys new`")
            }
        }
        self.keys = keys
    }
}
