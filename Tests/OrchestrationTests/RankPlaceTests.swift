import Experiment
import Launching
import Options
import Orchestration
import Reporting
import Testing

/// Which learners a rank runs, and what its environment changes.
struct RankPlaceTests {
    private func place(
        _ rank: Int, of size: Int, localSize: Int? = nil, master: String? = nil,
        _ variables: [String: String] = [:]
    ) throws -> RankPlace {
        var environment = ["COHORT_RANK": "\(rank)", "COHORT_SIZE": "\(size)"]
        environment["COHORT_LOCAL_SIZE"] = localSize.map { "\($0)" }
        return RankPlace(
            environment: try RankEnvironment.read(
                master: master.flatMap { RankEnvironment.Address($0) },
                environment: environment.merging(variables) { $1 }))
    }

    /// A law: for every size the shares are the learners, in their order, each once, and as equal
    /// as can be.
    @Test(arguments: 1...9) func theSharesAreAllLearnersInTheirOrder(size: Int) throws {
        let names = (0..<9).map { "l\($0)" }
        let shares = try (0..<size).map { try place($0, of: size).share(of: names) }
        #expect(shares.flatMap(\.self) == names)
        let counts = shares.map(\.count)
        #expect(counts.min() == 9 / size && counts.max() == (9 + size - 1) / size)
    }

    @Test func moreRanksThanLearnersAreRefused() throws {
        let error = try #require(throws: SettingError.self) {
            try place(0, of: 4).share(of: ["a", "b", "c"])
        }
        #expect("\(error)".contains("there are 4 ranks for 3 learners (a, b, c)"))
    }

    @Test func namedLearnersRunInTheOrderOfTheFile() throws {
        let place = try place(0, of: 2)
        #expect(try place.learners(of: trio(), named: ["c", "a"]) == ["a", "c"])
        #expect(try place.learners(of: trio(), named: []) == ["a"])
        let stranger = try #require(throws: SettingError.self) {
            try place.learners(of: trio(), named: ["a", "z"])
        }
        #expect("\(stranger)".contains("--learner z: there is none of this name"))
    }

    @Test func whatOthersStartIsNotShared() throws {
        let configuration = try trio("learners.a.external=true")
        #expect(try place(0, of: 2).learners(of: configuration, named: []) == ["b"])
    }

    @Test func stagesAreNotForRanks() throws {
        let staged = try trio("teaching=[{teach: {from: a, to: [b, c], staged: true}}]")
        let error = try #require(throws: SettingError.self) {
            try place(0, of: 1).learners(of: staged, named: [])
        }
        #expect("\(error)".contains("2 stages"))
    }

    @Test func learnersGetTorchrunsVariables() throws {
        #expect(
            try place(1, of: 4, localSize: 2).variables
                == ["RANK": "1", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2"])
    }

    @Test func ranksOnSeveralHostsReachOneAnotherByTCP() throws {
        let files = try trio("exchange={transport: ipc}").exchange
        let node = ["SLURMD_NODENAME": "n1"]
        let several = try place(0, of: 2, node).overrides(of: files)
        #expect(several.prefix(2) == ["exchange.transport=tcp", "exchange.host=0.0.0.0"])
        #expect(several.count == 3 && several[2].hasPrefix("exchange.advertise="))
        #expect(try place(0, of: 2, localSize: 2).overrides(of: files).isEmpty)
        #expect(
            try place(0, of: 2, localSize: 2, master: "n1:99").overrides(of: files)
                == ["exchange.transport=tcp"])
        // What the configuration sets stays.
        #expect(try place(0, of: 2).overrides(of: trio().exchange).isEmpty)
    }

    @Test func onlyRankZeroLogsIntoTheRunItself() throws {
        let run = RunDirectory(path: "r")
        #expect(try place(0, of: 2).logs(in: run) == run)
        #expect(try place(1, of: 2).logs(in: run).path == "r/ranks/1")
    }

    @Test func aRunIsNamedByTheFirstThatSaysSo() throws {
        let slurm = ["SLURM_JOB_ID": "17"]
        let both = slurm.merging(["COHORT_RUN": "own"]) { $1 }
        #expect(try RunIdentifier.read(option: "x", environment: both) == "x")
        #expect(try RunIdentifier.read(option: nil, environment: both) == "own")
        #expect(try RunIdentifier.read(option: nil, environment: slurm) == "slurm17")
        #expect(throws: SettingError.self) {
            try RunIdentifier.read(option: nil, environment: [:])
        }
    }

    @Test(arguments: ["", "A", "a-b", "../x", "12345678901234567"])
    func aRunsNameFitsAHeaderAndAPath(name: String) {
        #expect(throws: SettingError.self) {
            try RunIdentifier.read(option: name, environment: [:])
        }
    }
}
