/// Runs a plan's processes on this host, each the leader of a process group of its own.
///
/// The standard input of each is a pipe that the launcher holds open and never writes to. A process
/// that watches it (``StandardInputWatch``) ends with the launcher, however the launcher ends.
///
/// A killed process is started again as often as the plan allows. When an optional process is
/// killed once more, the others go on without it. Any other failure, a signal to the launcher,
/// cancellation of the launcher's task and an error thrown by `handle` stop all processes: by TERM
/// to their groups, and by KILL after the grace. A second signal kills at once, unless the plan
/// ignores it.
public struct LocalLauncher: Sendable {
    /// A launcher, which has no state of its own.
    public init() {}

    /// Runs until every process has ended.
    ///
    /// - Parameters:
    ///   - signals: the signals to the launcher that stop the plan.
    ///   - handle: receives every event, one at a time and in order, in the caller's isolation;
    ///     none after the caller's task was cancelled.
    /// - Throws: only what `handle` throws, after everything has ended.
    public func run(
        _ plan: ProcessPlan, signals: [Int32] = SignalTrap.stopSignals,
        isolation: isolated (any Actor)? = #isolation, handle: (ProcessEvent) throws -> Void
    ) async throws -> LaunchOutcome {
        let supervisor = Supervisor(grace: plan.grace, ignoresRepeats: plan.ignoresRepeats)
        let trap = SignalTrap(signals) { supervisor.interrupt($0) }
        defer { withExtendedLifetime(trap) {} }
        let work = Task { await Self.run(plan, under: supervisor) }
        var failure: (any Error)?
        await withTaskCancellationHandler {
            for await event in supervisor.events where failure == nil {
                do {
                    try handle(event)
                } catch {
                    failure = error
                    supervisor.stop(for: .cancelled)
                }
            }
            await work.value
        } onCancel: {
            supervisor.stop(for: .cancelled)
        }
        if let failure { throw failure }
        return supervisor.outcome
    }

    private static func run(_ plan: ProcessPlan, under supervisor: Supervisor) async {
        let ticking = plan.tick.map { pause in
            Task {
                while (try? await Task.sleep(for: pause)) != nil { supervisor.report(.tick) }
            }
        }
        defer { ticking?.cancel() }
        await withTaskGroup(of: Void.self) { group in
            for spec in plan.processes {
                group.addTask {
                    let child = ChildProcess(spec: spec, supervisor: supervisor)
                    var restarts = 0
                    while supervisor.leave(
                        await child.run(restarts: restarts), limit: plan.restarts,
                        isOptional: spec.isOptional)
                    {
                        restarts += 1
                    }
                }
            }
        }
        supervisor.finish()
    }
}
