/// Decides how a rank ends: from its own learners, from the other ranks and from signals, whichever
/// comes first.
///
/// A pure value: events are handed in, and it returns what is to be done.
package struct RankEnding<Results: Sendable>: Sendable {
    /// Something that happened.
    package enum Event: Sendable {
        /// The learners of this rank have ended.
        case worked(Result<Results, any Error>)
        /// The watch over the other ranks has ended: by a failure of another, or as all ended well.
        case watched(Result<RankFailure?, any Error>)
        /// A signal asked this rank to stop.
        case interrupted(any Error)
    }

    /// What is to be done.
    package enum Action: Sendable {
        /// Wait for the next event.
        case wait
        /// Stop the learners of this rank, and wait for their end.
        case stop
        /// The rank ends.
        case end(Result<Results, any Error>)
    }

    private var results: Results?
    private var othersHaveEnded: Bool
    /// Why the learners were stopped; nil while they run by themselves.
    private var cause: (any Error)?

    /// - Parameter rank: rank 0 ends after all others; the others end with their learners.
    package init(rank: Int) { othersHaveEnded = rank != 0 }

    /// Takes an event in.
    package mutating func add(_ event: Event) -> Action {
        switch event {
        // Learners that fail by themselves outrank what they were stopped for.
        case .worked(.failure(let error)): return .end(.failure(error))
        case .worked(.success(let own)):
            results = own
            if let cause { return .end(.failure(cause)) }
        case .watched(.success(nil)): othersHaveEnded = true
        case .watched(.success(let failure?)): return stop(for: failure)
        case .watched(.failure(let error)), .interrupted(let error): return stop(for: error)
        }
        guard cause == nil, othersHaveEnded, let results else { return .wait }
        return .end(.success(results))
    }

    private mutating func stop(for error: any Error) -> Action {
        // What came first counts.
        let first = cause ?? error
        if results != nil { return .end(.failure(first)) }
        defer { cause = first }
        return cause == nil ? .stop : .wait
    }
}
