import Launching
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RankEnvironmentTests {
    private typealias Variables = [String: String]

    /// Each source's variables say another rank; the size is 100.
    private static let sources: [(RankEnvironment.Source, [String: String])] = [
        (.own, ["COHORT_RANK": "1", "COHORT_SIZE": "100"]),
        (.torchrun, ["RANK": "2", "WORLD_SIZE": "100"]),
        (.openMPI, ["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "100"]),
        (.pmi, ["PMI_RANK": "4", "PMI_SIZE": "100"]),
        (.slurm, ["SLURM_STEP_ID": "0", "SLURM_PROCID": "5", "SLURM_NTASKS": "100"]),
    ]

    @Test func theFirstSourceThatIsThereCounts() throws {
        var all: Variables = ["JOB_COMPLETION_INDEX": "6"]
        for (_, variables) in Self.sources { all.merge(variables) { $1 } }
        let explicit = try RankEnvironment.read(rank: 0, size: 7, environment: all)
        #expect(explicit.source == .commandLine)
        #expect((explicit.rank, explicit.size) == (0, 7))
        all["JOB_COMPLETION_INDEX"] = nil
        for (index, (source, variables)) in Self.sources.enumerated() {
            let found = try RankEnvironment.read(environment: all)
            #expect(found.source == source)
            #expect((found.rank, found.size) == (index + 1, 100))
            for name in variables.keys { all[name] = nil }
        }
        #expect(throws: RankError.self) { try RankEnvironment.read(environment: all) }
    }

    @Test func kubernetesSaysTheRankAlone() throws {
        let index: Variables = ["JOB_COMPLETION_INDEX": "2"]
        let flagged = try RankEnvironment.read(size: 4, environment: index)
        #expect(flagged.source == .kubernetes)
        #expect((flagged.rank, flagged.size) == (2, 4))
        let own = try RankEnvironment.read(
            environment: index.merging(["COHORT_SIZE": "3"]) { $1 })
        #expect((own.rank, own.size) == (2, 3))
        let error = #expect(throws: RankError.self) {
            try RankEnvironment.read(environment: index)
        }
        #expect(error?.description.contains("COHORT_SIZE") == true)
    }

    /// Pairs that come before Slurm's step, which has rank 0 of 2.
    private static let pairs = [
        ("COHORT_RANK", "COHORT_SIZE"), ("RANK", "WORLD_SIZE"),
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
    ]
    private static let whole = [
        "SLURM_STEP_ID": "0", "SLURM_PROCID": "0", "SLURM_NTASKS": "2",
    ]

    @Test(arguments: pairs) func halfAPairThatAgreesIsPassedOver(rank: String, size: String) throws
    {
        for half in [[rank: "0"], [size: "2"], [rank: ""], [size: ""]] {
            let found = try RankEnvironment.read(environment: half.merging(Self.whole) { $1 })
            #expect(found.source == .slurm && found.rank == 0 && found.size == 2, "\(half)")
        }
    }

    @Test(arguments: pairs)
    func halfAPairThatContradictsIsRefusedWithItsRemedy(rank: String, size: String) {
        for (half, own, other) in [(rank, "rank is 0", size), (size, "size is 2", rank)] {
            let error = #expect(throws: RankError.self) {
                try RankEnvironment.read(environment: [half: "1"].merging(Self.whole) { $1 })
            }
            #expect(
                error?.description
                    == "\(half) is 1, and the \(own) by Slurm's step: unset \(half), or set \(other)"
                    + " too if it is to count")
        }
    }

    @Test(arguments: pairs + [("SLURM_PROCID", "SLURM_NTASKS")])
    func halfAPairAloneIsRefusedWithItsRemedy(rank: String, size: String) {
        for (half, other) in [(rank, size), (size, rank)] {
            let error = #expect(throws: RankError.self) {
                try RankEnvironment.read(environment: [half: "1", "SLURM_STEP_ID": "0"])
            }
            #expect(
                error?.description.contains(
                    "\(half) is set and \(other) is not, and nothing else says which rank this is:"
                        + " set \(other) too, or unset \(half)") == true)
        }
    }

    @Test func halvesBehindThePairThatCountsDoNotMatter() throws {
        let found = try RankEnvironment.read(environment: [
            "RANK": "1", "WORLD_SIZE": "4", "OMPI_COMM_WORLD_SIZE": "2", "PMI_RANK": "0",
            "SLURM_STEP_ID": "0", "SLURM_PROCID": "0", "LOCAL_RANK": "1",
        ])
        #expect(found.source == .torchrun && found.rank == 1 && found.size == 4)
        #expect(found.localRank == 1 && found.localSize == nil)
    }

    @Test(arguments: ["MASTER_ADDR", "MASTER_PORT"])
    func halfAMasterIsPassedOver(name: String) throws {
        let found = try RankEnvironment.read(environment: [name: "7"].merging(Self.whole) { $1 })
        #expect(found.master == nil)
    }

    @Test func oneFlagCountsWhereItAgrees() throws {
        let environment: Variables = ["RANK": "0", "WORLD_SIZE": "2"]
        #expect(try RankEnvironment.read(rank: 0, environment: environment).source == .torchrun)
        #expect(try RankEnvironment.read(size: 2, environment: environment).source == .torchrun)
        let rank = #expect(throws: RankError.self) {
            try RankEnvironment.read(rank: 1, environment: environment)
        }
        #expect(
            rank?.description
                == "--rank is 1, and the rank is 0 by RANK and WORLD_SIZE: leave --rank out, or give"
                + " --size too if it is to count")
        let size = #expect(throws: RankError.self) {
            try RankEnvironment.read(size: 3, environment: environment)
        }
        #expect(size?.description.hasPrefix("--size is 3, and the size is 2 by") == true)
        let alone = #expect(throws: RankError.self) {
            try RankEnvironment.read(rank: 0, environment: [:])
        }
        #expect(alone?.description.contains("give --size too") == true)
    }

    @Test(arguments: ["one", "-1", "1.0", " 1", "99999999999999999999"])
    func whatIsNoNumberIsRefused(text: String) {
        let error = #expect(throws: RankError.self) {
            try RankEnvironment.read(environment: ["RANK": text, "WORLD_SIZE": "2"])
        }
        #expect(error?.description.contains("RANK is '\(text)'") == true)
    }

    @Test(arguments: [(2, 2), (-1, 2), (0, 0)])
    func aRankBeyondTheSizeIsRefused(rank: Int, size: Int) {
        #expect(throws: RankError.self) {
            try RankEnvironment.read(rank: rank, size: size, environment: [:])
        }
    }

    private static let step: [String: String] = [
        "SLURM_JOB_ID": "17", "SLURM_STEP_ID": "0", "SLURM_PROCID": "5", "SLURM_LOCALID": "1",
        "SLURM_NODEID": "2", "SLURM_NTASKS": "9", "SLURM_STEP_NUM_TASKS": "7",
        "SLURM_JOB_NODELIST": "gpu[01-12]", "SLURM_STEP_NODELIST": "gpu[01-03,10]",
        "SLURM_TASKS_PER_NODE": "9(x12)", "SLURM_STEP_TASKS_PER_NODE": "2(x3),1",
        "SLURM_CPUS_PER_TASK": "4",
    ]

    @Test func aStepOfSlurmSaysHostsAndProcessors() throws {
        let found = try RankEnvironment.read(environment: Self.step)
        #expect(found.source == .slurm)
        #expect((found.rank, found.size) == (5, 7))
        #expect((found.localRank, found.localSize) == (1, 2))
        #expect(found.nodes == ["gpu01", "gpu02", "gpu03", "gpu10"])
        #expect(found.node == "gpu03")
        #expect(found.master == nil)
        #expect(!found.isOnOneHost)
    }

    @Test func slurmCountsInsideAStepAlone() {
        var batch = Self.step
        for step in [nil, "4294967291"] {
            batch["SLURM_STEP_ID"] = step
            #expect(throws: RankError.self) { try RankEnvironment.read(environment: batch) }
        }
    }

    @Test func aListThatIsNoneIsNamed() {
        let error = #expect(throws: RankError.self) {
            try RankEnvironment.read(
                environment: Self.step.merging(["SLURM_STEP_NODELIST": "gpu[1"]) { $1 })
        }
        #expect(error?.description.contains("SLURM_STEP_NODELIST is 'gpu[1'") == true)
    }

    @Test func theMasterIsReadFromBothVariables() throws {
        let pair: Variables = ["RANK": "0", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"]
        func read(_ more: Variables) throws -> RankEnvironment {
            try RankEnvironment.read(environment: pair.merging(more) { $1 })
        }
        let named = try read(["MASTER_ADDR": "node1", "MASTER_PORT": "29500"])
        #expect(named.master == .init(host: "node1", port: 29500))
        #expect(named.isOnOneHost)
        let numbered = try read(["MASTER_ADDR": "fe80::1", "MASTER_PORT": "1"])
        #expect(numbered.master == .init(host: "[fe80::1]", port: 1))
        // torchrun's own store holds that port.
        let taken = try read([
            "MASTER_ADDR": "node1", "MASTER_PORT": "29500", "TORCHELASTIC_USE_AGENT_STORE": "True",
        ])
        #expect(taken.master == nil)
        let flagged = try RankEnvironment.read(
            master: .init(host: "other", port: 7),
            environment: pair.merging(["MASTER_ADDR": "node1", "MASTER_PORT": "2"]) { $1 })
        #expect(flagged.master == .init(host: "other", port: 7))
        #expect(throws: RankError.self) {
            try read(["MASTER_ADDR": "node1", "MASTER_PORT": "65536"])
        }
    }

    @Test(arguments: ["node1", "node1:", ":1", "node1:0", "node1:70000", "a b:1", "fe80::1:9"])
    func whatIsNoAddressIsNil(text: String) {
        #expect(RankEnvironment.Address(text) == nil)
    }
}
