import Bytes
import Experiment

extension RankBoard {
    /// Rank 0 has started.
    package struct Call: Codable, Hashable, Sendable {
        /// Random; distinguishes this start from others.
        package var number: UInt64
        /// The run's identifier.
        package var run: String

        /// A call for a run.
        package init(number: UInt64, run: String) {
            (self.number, self.run) = (number, run)
        }
    }

    /// A rank's answer to a call: what it brings, and what all ranks must agree on.
    package struct Answer: Codable, Hashable, Sendable {
        /// The number of the call.
        package var call: UInt64
        /// Random; distinguishes this start of the rank from others.
        package var number: UInt64
        /// The rank's host.
        package var host: String
        /// The number of ranks, as this rank counts them.
        package var size: Int
        /// The learners that the rank runs.
        package var learners: [String]
        /// What the numbers follow from, as far as this rank knows it.
        package var provenance: Provenance
        /// How learners reach one another, in words.
        package var exchange: String
        /// The learners' public keys, in hexadecimal; none where the exchange is plain.
        package var keys: [String: String]

        /// An answer to the call of that number.
        package init(
            call: UInt64, number: UInt64, host: String, size: Int, learners: [String],
            provenance: Provenance, exchange: String, keys: [String: String] = [:]
        ) {
            (self.call, self.number, self.host, self.size) = (call, number, host, size)
            (self.learners, self.provenance) = (learners, provenance)
            (self.exchange, self.keys) = (exchange, keys)
        }
    }

    /// Where the cohort meets, or why it cannot.
    package struct Meeting: Codable, Hashable, Sendable {
        /// The number of the call.
        package var call: UInt64
        /// The numbers of the answers that rank 0 has read, from rank 1 on.
        package var answers: [UInt64]
        /// The learners of each rank, from rank 0 on.
        package var learners: [[String]]
        /// The address of the rendezvous.
        package var rendezvous: String
        /// The rendezvous' public key, in hexadecimal; nil where the exchange is plain.
        package var key: String?
        /// Why the cohort cannot meet; nil where it can.
        package var refusal: RankFailure?

        /// A meeting at an address.
        package init(
            call: UInt64, answers: [UInt64], learners: [[String]], rendezvous: String,
            key: String? = nil
        ) {
            (self.call, self.answers, self.learners) = (call, answers, learners)
            (self.rendezvous, self.key) = (rendezvous, key)
        }

        /// A meeting that cannot take place.
        package init(call: UInt64, refusal: RankFailure) {
            self.init(call: call, answers: [], learners: [], rendezvous: "")
            self.refusal = refusal
        }
    }

    /// How a rank ended.
    package struct End: Codable, Hashable, Sendable {
        /// The number of the call.
        package var call: UInt64
        /// The failure, perhaps another rank's; nil for a good end.
        package var failure: RankFailure?

        /// The end of a rank.
        package init(call: UInt64, failure: RankFailure? = nil) {
            (self.call, self.failure) = (call, failure)
        }
    }

    /// A rank's sign of life.
    package struct Sign: Codable, Hashable, Sendable {
        /// Rises with each sign.
        package var count: Int
        /// Learners of the rank that the others go on without.
        package var lost: [String]

        /// The sign of that number.
        package init(count: Int, lost: [String] = []) {
            (self.count, self.lost) = (count, lost)
        }
    }
}

/// Why a rank of a run failed.
package struct RankFailure: ExitCodeError, Codable, Hashable, CustomStringConvertible {
    /// The rank that failed.
    package var rank: Int
    /// What all ranks exit with.
    package var exitCode: ExitCode
    /// What went wrong there.
    package var message: String

    /// A failure of a rank.
    package init(rank: Int, exitCode: ExitCode, message: String) {
        (self.rank, self.exitCode, self.message) = (rank, exitCode, message)
    }

    /// The failure by which an error ends a rank: the error itself where it is another rank's
    /// failure.
    package init(_ error: any Error, of rank: Int) {
        self =
            error as? RankFailure
            ?? RankFailure(rank: rank, exitCode: ExitCode(of: error), message: "\(error)")
    }

    /// `rank 1: ` and the message.
    package var description: String { "rank \(rank): \(message)" }
}
