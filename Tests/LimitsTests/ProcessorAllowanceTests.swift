import Limits
import Testing

struct ProcessorAllowanceTests {
    private func allowance(
        _ more: [String: String] = [:], _ environment: [String: String] = [:]
    ) throws -> ProcessorAllowance {
        try Tree.v2(more).read {
            ProcessorAllowance(environment: environment, files: $0, processors: 3)
        }
    }

    @Test func allProcessorsWhereNothingLimits() throws {
        let share = try allowance().share()
        #expect(share.threads == 16 && share.reason == "16 processors")
    }

    @Test func theAffinityIsOfProcessorsThatAreOnline() throws {
        let share = try allowance([
            "/proc/self/status": "Cpus_allowed:\tffff\nCpus_allowed_list:\t3,14-40\n"
        ]).share()
        #expect(share.threads == 3 && share.reason == "affinity: 3 of 16 processors")
    }

    @Test func withoutFilesTheCountIsTaken() throws {
        let allowance = try Tree([:]).read {
            ProcessorAllowance(environment: [:], files: $0, processors: 3)
        }
        #expect(allowance.threads == 3)
    }

    @Test func aQuotaIsRoundedDownToOneAtLeast() throws {
        for (quota, threads) in [("350000", 3), ("30000", 1)] {
            let share = try allowance(["/sys/fs/cgroup/a/cpu.max": "\(quota) 100000\n"]).share()
            #expect(share.threads == threads)
            #expect(share.reason.hasSuffix("processors, by /sys/fs/cgroup/a/cpu.max"))
        }
    }

    @Test(arguments: [("4", 4), ("4,2", 4), (" 6 , 1", 6), ("32", 16)])
    func openMPsVariable(text: String, threads: Int) throws {
        let allowance = try allowance([:], ["OMP_NUM_THREADS": text])
        #expect(allowance.share().threads == threads && allowance.remarks.isEmpty)
    }

    @Test(arguments: ["abc", "0", "-2", ",4", "2.5"])
    func anInvalidValueIsRemarkedOn(text: String) throws {
        let allowance = try allowance([:], ["OMP_NUM_THREADS": text])
        #expect(allowance.share().threads == 16)
        #expect(allowance.remarks.count == 1)
        #expect(allowance.remarks[0].contains("OMP_NUM_THREADS is '\(text)'"))
    }

    @Test func anEmptyVariableIsNone() throws {
        let allowance = try allowance([:], ["OMP_NUM_THREADS": "", "OMP_THREAD_LIMIT": "2"])
        #expect(allowance.share().reason == "OMP_THREAD_LIMIT=2" && allowance.remarks.isEmpty)
    }

    /// OpenMP's variables hold for each process, the rest for all together.
    @Test func learnersShareProcessorsAndNotVariables() throws {
        let share = try allowance([:], ["OMP_NUM_THREADS": "6"]).share(among: 4)
        #expect(share.threads == 4)
        #expect(share.reason == "16 processors, shared by 4 processes")
        #expect(try allowance([:], ["OMP_NUM_THREADS": "3"]).share(among: 4).threads == 3)
        #expect(try allowance().share(among: 100).threads == 1)
    }

    @Test func ranksShareTheHostAndNotWhatEachWasGiven() throws {
        let step = ["SLURM_JOB_ID": "1", "SLURM_STEP_ID": "0", "SLURM_CPUS_ON_NODE": "9"]
        let given = try allowance([:], step.merging(["SLURM_CPUS_PER_TASK": "6"]) { $1 })
        #expect(given.share(among: 2, ranks: 2).threads == 3)
        #expect(try allowance([:], step).share(among: 2, ranks: 2).threads == 4)
    }

    @Test func aJobsScriptHasAllOfItsHostsProcessors() throws {
        let script = ["SLURM_JOB_ID": "1", "SLURM_CPUS_ON_NODE": "8", "SLURM_CPUS_PER_TASK": "4"]
        #expect(try allowance([:], script).share().reason == "SLURM_CPUS_ON_NODE=8")
        #expect(try allowance([:], ["SLURM_CPUS_PER_TASK": "4"]).share().threads == 4)
    }

    @Test func aNumberThatIsAskedForIsTakenAndRemarkedOn() throws {
        let allowance = try allowance([:], ["OMP_NUM_THREADS": "2"])
        #expect(allowance.share(asked: 2).remark == nil)
        let share = allowance.share(asked: 3)
        #expect(share.threads == 3 && share.reason == "training.threads")
        #expect(share.remark?.contains("training.threads is 3, and 2 can run") == true)
        #expect(share.remark?.contains("OMP_NUM_THREADS=2") == true)
    }
}
