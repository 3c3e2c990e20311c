import Bytes
import CohortGraph
import Experiment
import Launching
import Reporting
import ZeroMQ

/// One run of a cohort that this process starts: its stages in their order, and then each student
/// alone where the configuration asks for the comparison.
package struct CohortLaunch {
    private let configuration: ExperimentConfiguration
    private let id: String
    /// What the run's numbers follow from, as far as it is known here.
    private let provenance: Provenance
    private let facts: JoiningFacts
    /// The run that is continued; nil for a new one.
    private let unfinished: UnfinishedRun?
    private let options: RunOptions

    /// Reads the data, where the learners run on this host, and finds the run to continue.
    ///
    /// - Throws: what is wrong with data or models, before anything is created; otherwise as
    ///   ``UnfinishedRun/find(for:_:_:_:)``.
    package init(_ configuration: ExperimentConfiguration, _ options: RunOptions) throws {
        var fixed = configuration
        fixed.learners = configuration.learners.map { learner in
            options.hosts != nil && learner.localWeights == nil ? learner : learner.withFixedPaths
        }
        if options.hosts == nil {
            let assembler = try Assembler(fixed)
            try assembler.checkAll()
            assembler.remarks.lines.forEach(options.notice)
            facts = try JoiningFacts(assembler)
            provenance = try assembler.provenance()
            unfinished = try .find(for: fixed, provenance, options, assembler)
        } else {
            facts = JoiningFacts(fixed)
            provenance = Provenance(of: fixed, contents: [:])
            unfinished = try .find(for: fixed, provenance, options, nil)
        }
        id = unfinished?.id ?? String(UInt32.random(in: 0 ... .max), radix: 36)
        self.options = options
        self.configuration = fixed
    }

    /// What a finished run of the same settings and data came to; nil where there is none.
    package func finishedBefore() -> (run: RunDirectory, summary: Summary)? {
        UnfinishedRun.finished(for: configuration, provenance)
    }

    /// Runs a cohort to its end, unless a run of the same settings and data has come to its end
    /// before.
    ///
    /// - Throws: ``LaunchFailure`` naming the learner that failed first.
    package static func finished(
        _ configuration: ExperimentConfiguration, _ options: RunOptions
    ) async throws -> (run: RunDirectory, summary: Summary) {
        let launch = try CohortLaunch(configuration, options)
        if let before = launch.finishedBefore() { return before }
        _ = try await launch.run()
        guard let done = launch.finishedBefore() else {
            throw DiskError(
                "read", "\(configuration.runs)/\(configuration.name)", "the run left no summary",
                exitCode: .corruptData)
        }
        return done
    }

    /// The table of a run's results.
    package func table(of summary: Summary) -> GainTable {
        summary.table(of: configuration.learners.map(\.name))
    }

    /// Runs to the end.
    ///
    /// - Returns: the table of what teaching gained.
    /// - Throws: ``LaunchFailure`` naming the learner that failed first.
    package func run() async throws -> GainTable {
        guard let hosts = options.hosts else {
            try unfinished?.directory.requireHosts(nil)
            let (directory, lock) = try prepare(configuration)
            defer { withExtendedLifetime(lock) {} }
            let table = try await run(launch(of: configuration, in: directory))
            directory.writeReport(notice: options.notice)
            return table
        }
        return try await run(on: hosts)
    }

    private func run(on hosts: HostGroup) async throws -> GainTable {
        let (placement, found, configuration) = try await hosts.ready(
            configuration, notice: options.notice)
        try unfinished?.directory.requireHosts(placement.record)
        let (directory, lock) = try prepare(configuration)
        defer { withExtendedLifetime(lock) {} }
        try directory.write(hosts: placement.record)
        var remote = RemoteRun(
            placement, shell: hosts.shell, found: found, configuration, directory: directory)
        try await remote.prepare()
        var launch = launch(of: configuration, in: directory)
        launch.remote = remote
        let table = try await remote.gathering(options.gathers, notice: options.notice) {
            try await run(launch)
        }
        // After the metrics were fetched, of which it is made.
        directory.writeReport(notice: options.notice)
        return table
    }

    private func launch(
        of configuration: ExperimentConfiguration, in directory: RunDirectory
    ) -> StageLaunch {
        StageLaunch(
            configuration: configuration, id: id, directory: directory, notice: options.notice,
            facts: facts, printContact: options.printContact, progress: options.progress,
            keepsJournals: directory.isRecording, isResumed: unfinished != nil)
    }

    private func run(_ launch: StageLaunch) async throws -> GainTable {
        let clock = ContinuousClock()
        let start = clock.now
        let directory = launch.directory
        var together: [String: LearnerResult] = [:]
        for stage in 1...configuration.stages.count {
            announce(stage)
            together.merge(try await launch.train(stage: stage)) { earlier, _ in earlier }
            // Cancelled before its first process, a stage has no failure, and no results.
            try Task.checkCancellation()
        }
        var summary = Summary(
            of: configuration, run: id, together: together, after: clock.now - start)
        if configuration.comparesAlone { summary.exitCode = .preempted }
        try summary.write(to: directory.summary)
        let students = configuration.comparedStudents
        if configuration.comparesAlone {
            options.notice("the same students alone: \(students.joined(separator: ", "))")
            let alone = try await launch.trainAlone(students)
            try Task.checkCancellation()
            summary = Summary(
                of: configuration, run: id, together: together, alone: alone,
                after: clock.now - start)
            try summary.write(to: directory.summary)
        }
        options.notice("results: \(directory.path)")
        return table(of: summary)
    }

    /// Records what some teachers publish at every step, without students.
    package func record(_ teachers: [String]) async throws {
        let (directory, lock) = try prepare(configuration)
        defer { withExtendedLifetime(lock) {} }
        let launch = launch(of: configuration, in: directory)
        for stage in 1...configuration.stages.count {
            try await launch.record(teachers, stage: stage)
        }
        options.notice("recorded: \(directory.path)")
    }

    /// The number of files and sockets that a launcher of so many processes needs: for each its
    /// pipes, its handle and its place at the rendezvous. Foundation cannot start even one with
    /// much fewer than 256.
    static func descriptors(for processes: Int) -> Int { 256 + 6 * processes }

    private func prepare(
        _ configuration: ExperimentConfiguration
    ) throws -> (RunDirectory, DirectoryLock) {
        let most = (1...configuration.stages.count).map { stage in
            configuration.stages.graph(of: stage).learners.count
                + configuration.relays(in: stage).relays.count
        }.max()
        try DescriptorLimit.require(Self.descriptors(for: most ?? 0))
        if let unfinished {
            options.notice("\(unfinished.title) \(unfinished.directory.path)")
            unfinished.directory.markLatest().map(options.notice)
            unfinished.lock.remark.map(options.notice)
            try unfinished.directory.removeContact()
            if unfinished.isExtended { try unfinished.directory.reopen() }
            if options.keepsJournals { try unfinished.directory.markRecording() }
            try unfinished.directory.begin(configuration, provenance)
            return (unfinished.directory, unfinished.lock)
        }
        UnfinishedRun.remark(beside: configuration).map(options.notice)
        let directory = try RunDirectory.create(
            in: configuration.runs, name: configuration.name, id: id,
            learners: configuration.learners.filter { $0.source == nil }.map(\.name))
        directory.markLatest().map(options.notice)
        let lock = try DirectoryLock(directory.path)
        lock.remark.map(options.notice)
        if options.keepsJournals { try directory.markRecording() }
        try directory.begin(configuration, provenance)
        return (directory, lock)
    }

    private func announce(_ stage: Int) {
        let stages = configuration.stages
        guard stages.count > 1 else { return }
        let names = configuration.learners.map(\.name).filter { stages.number(of: $0) == stage }
        options.notice("stage \(stage) of \(stages.count): \(names.joined(separator: ", "))")
    }
}
