import ZeroMQ

/// The public keys of a run's learners, one each.
public struct AllowList: Hashable, Sendable {
    let keys: [String: CurveKey]

    /// - Throws: ``ExchangeFailure`` (77) naming every key of two names, and every example of the
    ///   manual.
    public init(_ keys: [String: CurveKey]) throws(ExchangeFailure) {
        var names: [CurveKey: String] = [:]
        var mistakes: [String] = []
        for (name, key) in keys.sorted(by: { $0.key < $1.key }) {
            if key.isExample {
                mistakes.append(
                    "the key of '\(name)' is an example of the manual zmq_curve(7), whose secret"
                        + " everybody knows; make it another by `cohort keys new`")
            } else if let other = names.updateValue(name, forKey: key) {
                mistakes.append(
                    "'\(other)' and '\(name)' have the same key; make each its own by"
                        + " `cohort keys new`")
            }
        }
        guard mistakes.isEmpty else {
            throw ExchangeFailure(
                exitCode: .notAuthorised, message: mistakes.joined(separator: "\n"))
        }
        self.keys = keys
    }
}
