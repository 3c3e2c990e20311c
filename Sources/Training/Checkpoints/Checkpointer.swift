/// Decides when a learner's progress is written down.
public final class Checkpointer {
    private let store: CheckpointStore
    /// Steps between two checkpoints.
    private let interval: Int
    private let beforeSaving: () throws -> Void
    private let afterSaving: (_ oldest: Int, _ newest: Int) throws -> Void
    /// The step of the newest.
    private var newest: Int?

    /// - Parameters:
    ///   - newest: the step of the checkpoint that training goes on from, if it does.
    ///   - beforeSaving: makes last what the checkpoint stands on.
    ///   - afterSaving: told which steps the oldest and the newest that are kept stand after.
    public init(
        _ store: CheckpointStore, every interval: Int, newest: Int?,
        beforeSaving: @escaping () throws -> Void = {},
        afterSaving: @escaping (_ oldest: Int, _ newest: Int) throws -> Void = { _, _ in }
    ) {
        self.store = store
        self.interval = interval
        self.newest = newest
        self.beforeSaving = beforeSaving
        self.afterSaving = afterSaving
    }

    /// Takes note of a step that is done.
    ///
    /// - Parameter isRequested: whether a checkpoint is due in any case.
    public func stepped(to progress: LearnerProgress, isRequested: Bool) throws {
        guard isRequested || progress.state.step.isMultiple(of: interval) else { return }
        try save(progress)
    }

    /// Writes progress down, unless it is already.
    public func save(_ progress: LearnerProgress) throws {
        guard newest != progress.state.step else { return }
        try beforeSaving()
        let oldest = try store.save(progress)
        newest = progress.state.step
        try afterSaving(oldest, progress.state.step)
    }
}
