import Bytes
import Experiment
import Foundation
import Options
import Orchestration
import Reporting
import Testing

/// Which run is continued, and when that is an error.
struct UnfinishedRunTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func configuration(_ overrides: String...) throws -> ExperimentConfiguration {
        var configuration = try trio()
        for override in overrides where override.hasPrefix("seed=") {
            configuration.seed = UInt64(override.dropFirst(5)) ?? 0
        }
        configuration.runs = folder.path
        return configuration
    }

    /// A run that was begun; the later its second, the newer.
    private func begin(
        _ configuration: ExperimentConfiguration, id: String, second: Double,
        finished: Bool = false
    ) throws -> RunDirectory {
        let run = try RunDirectory.create(
            in: configuration.runs, name: configuration.name, id: id, learners: [],
            time: Date(timeIntervalSince1970: second))
        try run.write(configuration: configuration.resolvedYAML())
        try provenance(configuration).write(to: run.provenance)
        if finished {
            try Summary(of: configuration, run: id, together: [:], after: .zero)
                .write(to: run.summary)
        }
        return run
    }

    private func provenance(
        _ configuration: ExperimentConfiguration, contents: [String: String] = ["data: labels": "1"]
    ) -> Provenance { Provenance(of: configuration, contents: contents) }

    private func found(
        _ configuration: ExperimentConfiguration, _ resume: Resume,
        contents: [String: String] = ["data: labels": "1"], notices: Notices = Notices()
    ) throws -> String? {
        var options = RunOptions(notice: notices.add)
        options.resume = resume
        return try UnfinishedRun.find(
            for: configuration, provenance(configuration, contents: contents), options)?.id
    }

    @Test func withoutRunsOnlyMustIsAnError() throws {
        let configuration = try configuration()
        for resume in [Resume.auto, .allow, .never] {
            #expect(try found(configuration, resume) == nil)
        }
        let error = try #require(throws: DiskError.self) { try found(configuration, .must) }
        #expect(error.exitCode == .missingFile)
    }

    @Test func theNewestUnfinishedRunIsContinued() throws {
        let configuration = try configuration()
        _ = try begin(configuration, id: "old", second: 1)
        _ = try begin(configuration, id: "new", second: 2)
        for resume in [Resume.auto, .allow, .must] {
            #expect(try found(configuration, resume) == "new")
        }
        #expect(try found(configuration, .never) == nil)
    }

    /// Later runs name it, so that it is continued only where that is asked for.
    @Test func aRecordingIsLeftAsItIs() throws {
        let configuration = try configuration()
        _ = try begin(configuration, id: "old", second: 1)
        try begin(configuration, id: "kept", second: 2).markRecording()
        #expect(try found(configuration, .auto) == "old")
        #expect(try found(configuration, .must) == "kept")
    }

    /// What is not known to be of the same data is trained again.
    @Test func onlyRunsOfKnownDataAreTakenOver() throws {
        let configuration = try configuration()
        _ = try begin(configuration, id: "done", second: 1, finished: true)
        func finished(_ contents: [String: String]) -> Bool {
            UnfinishedRun.finished(
                for: configuration, provenance(configuration, contents: contents)) != nil
        }
        #expect(finished(["data: labels": "1"]))
        #expect(!finished(["data: labels": "2"]))
        #expect(!finished([:]))
        #expect(!finished(["data: labels": "1", "data: test samples": "3"]))
    }

    @Test func aFinishedRunIsNotContinued() throws {
        let configuration = try configuration()
        _ = try begin(configuration, id: "old", second: 1)
        _ = try begin(configuration, id: "new", second: 2, finished: true)
        #expect(try found(configuration, .auto) == "old")
        #expect(try found(configuration, .allow) == nil, "the newest has ended")
        #expect(throws: DiskError.self) { try found(configuration, .must) }
    }

    @Test func anotherConfigurationIsPassedOverOrRefused() throws {
        let configuration = try configuration()
        _ = try begin(configuration, id: "old", second: 1)
        _ = try begin(try self.configuration("seed=9"), id: "new", second: 2)
        #expect(try found(configuration, .auto) == "old")
        for resume in [Resume.allow, .must] {
            let error = try #require(throws: SettingError.self) {
                try found(configuration, resume)
            }
            #expect("\(error)".contains("was begun otherwise (seed: 1, before 9)"))
        }
    }

    @Test func aRunThatALauncherRunsIsNotContinuedByAnother() throws {
        let configuration = try configuration()
        let run = try begin(configuration, id: "x", second: 1)
        let lock = try DirectoryLock(run.path)
        defer { withExtendedLifetime(lock) {} }
        #expect(try found(configuration, .auto) == nil)
        let error = try #require(throws: DiskError.self) { try found(configuration, .allow) }
        #expect(error.exitCode == .disk)
    }

    @Test func aNewRunBesideOneThatGoesOnIsSaidToBeOne() throws {
        let configuration = try configuration()
        let run = try begin(configuration, id: "x", second: 1)
        _ = try begin(configuration, id: "y", second: 2)
        #expect(UnfinishedRun.remark(beside: configuration) == nil)
        let lock = try DirectoryLock(run.path)
        defer { withExtendedLifetime(lock) {} }
        let process = ProcessInfo.processInfo.processIdentifier
        let remark = try #require(UnfinishedRun.remark(beside: configuration))
        #expect(remark.hasPrefix("\(run.path) goes on (process \(process)): this begins another"))
        var other = configuration
        other.name = "other"
        #expect(UnfinishedRun.remark(beside: other) == nil)
    }

    @Test func otherContentsOfTheSameFilesAreOtherData() throws {
        let configuration = try configuration()
        let run = try begin(configuration, id: "x", second: 1)
        let notices = Notices()
        let other = ["data: labels": "2"]
        #expect(try found(configuration, .auto, contents: other, notices: notices) == nil)
        #expect(
            notices.lines == [
                "beginning a new run: the newest, \(run.path), differs (data: labels: 2, before 1)"
            ])
        let error = try #require(throws: SettingError.self) {
            try found(configuration, .must, contents: other)
        }
        #expect("\(error)".contains("data: labels: 2, before 1"))
        // What is not known on this host, as the weights of a learner on another, says nothing.
        #expect(try found(configuration, .must, contents: [:]) == "x")
    }

    @Test func whereFilesLieMayDiffer() throws {
        var configuration = try configuration()
        configuration.learners[0].weights = "/data/run-1"
        _ = try begin(configuration, id: "x", second: 1)
        configuration.learners[0].weights = "/moved/run-1"
        configuration.exchange.stepLimit = 7
        #expect(try found(configuration, .must) == "x")
    }

    @Test func aRunThatDoesNotSayWhatItIsOfIsNotContinued() throws {
        let configuration = try configuration()
        let run = try begin(configuration, id: "x", second: 1)
        try FileManager.default.removeItem(atPath: run.provenance)
        #expect(try found(configuration, .auto) == nil)
        #expect(throws: SettingError.self) { try found(configuration, .must) }
    }

    @Test func aLongerRunIsOfferedAndExtended() throws {
        let configuration = try configuration()
        let run = try begin(configuration, id: "x", second: 1, finished: true)
        var longer = configuration
        for index in longer.learners.indices { longer.learners[index].training.budget = .steps(20) }
        let notices = Notices()
        #expect(try found(longer, .auto, notices: notices) == nil)
        #expect(
            notices.lines == [
                "beginning a new run: the newest, \(run.path), differs (training.steps: 20, before"
                    + " 16); --extend goes on with it for longer"
            ])
        var options = RunOptions(notice: notices.add)
        options.extends = true
        func extended(_ configuration: ExperimentConfiguration) throws -> String? {
            try UnfinishedRun.find(for: configuration, provenance(configuration), options)?.id
        }
        #expect(try extended(longer) == "x")
        #expect(throws: SettingError.self, "nothing differs") { try extended(configuration) }
        longer.seed = 9
        let error = try #require(throws: SettingError.self) { try extended(longer) }
        #expect("\(error)".contains("seed: 9, before 1"))
    }

    @Test func rankZeroOpensTheRunOfItsName() throws {
        let configuration = try configuration()
        let notices = Notices()
        func open(_ configuration: ExperimentConfiguration) throws -> (String, Bool) {
            let opened = try RankDirectory(
                configuration, provenance(configuration), id: "job1", path: nil,
                notice: notices.add)
            defer { withExtendedLifetime(opened) {} }
            return (opened.directory.path, opened.isResumed)
        }
        #expect(try RankDirectory.find(configuration, id: "job1", path: nil) == nil)
        let first = try open(configuration)
        #expect(!first.1 && notices.lines.isEmpty)
        #expect(try RankDirectory.find(configuration, id: "job1", path: nil)?.path == first.0)
        #expect(try RankDirectory.find(configuration, id: "job2", path: nil) == nil)
        let second = try open(configuration)
        #expect(second.0 == first.0 && second.1)
        #expect(notices.lines == ["resuming \(first.0)"])
        let other = try self.configuration("seed=9")
        let error = try #require(throws: SettingError.self) { try open(other) }
        #expect("\(error)".contains("give this run another name by --run"))
    }

    @Test func aRunIsContinuedOnTheHostsOfItsCheckpoints() throws {
        let run = try begin(try configuration(), id: "x", second: 1)
        try run.requireHosts(nil)
        #expect(throws: SettingError.self) { try run.requireHosts("a one cohort\n") }
        try Data("a one cohort\n".utf8).write(to: URL(fileURLWithPath: "\(run.path)/hosts.txt"))
        try run.requireHosts("a one cohort\n")
        for now in [nil, "a two cohort\n"] {
            #expect(throws: SettingError.self) { try run.requireHosts(now) }
        }
    }
}
