import CohortGraph
import Exchange

extension ExchangeOptions {
    /// Where a process binds its sockets.
    public var endpoint: Endpoint {
        switch transport {
        case .ipc: .ipc()
        case .tcp: .tcp(host: host, advertised: advertised)
        }
    }

    /// The greatest size of a learner's journal, in bytes.
    public var journalBytes: Int { Int(journal * Double(1 << 20)) }
    /// The bytes of a segment of a journal: an eighth of what is kept at most, from 1 MiB on.
    var segmentBytes: Int { max(1 << 20, journalBytes / 8) }
}

extension ExperimentConfiguration {
    /// How long an exchange waits, how large its messages are, and how much it keeps.
    ///
    /// - Parameter values: the number of values in the largest message; 0 where no knowledge
    ///   travels.
    public func limits(values: Int = 0) -> ExchangeLimits {
        ExchangeLimits(
            joining: .seconds(exchange.joinLimit), step: .seconds(exchange.stepLimit),
            missing: .seconds(exchange.missingLimit), window: exchange.window + 2 * lookAhead,
            messageBytes: ExchangeLimits.messageBytes(values: values, learners: learners.count),
            journalBytes: exchange.journalBytes, quorum: exchange.quorum,
            quarantine: exchange.quarantine)
    }

    /// The most steps by which knowledge is published early. Twice as many may be under way, as its
    /// sender may also be that many steps ahead.
    private var lookAhead: Int { graph.groups.map(\.edge.missing.lookAhead).max() ?? 0 }
}
