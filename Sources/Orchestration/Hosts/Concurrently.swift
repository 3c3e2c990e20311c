/// Runs the same work for each of some items, at most `limit` of them at a time.
///
/// - Returns: the outcome of each, in the order of the items.
func concurrently<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], atMost limit: Int = 32,
    _ body: @escaping @Sendable (Item) async -> Outcome
) async -> [Outcome] {
    await withTaskGroup(of: (Int, Outcome).self) { tasks in
        var outcomes: [Int: Outcome] = [:]
        for (index, item) in items.enumerated() {
            if index >= limit, let (done, outcome) = await tasks.next() { outcomes[done] = outcome }
            tasks.addTask { (index, await body(item)) }
        }
        for await (done, outcome) in tasks { outcomes[done] = outcome }
        return items.indices.compactMap { outcomes[$0] }
    }
}

extension Result where Failure == any Error {
    /// The outcome of asynchronous work.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
