import Bytes
import Limits
import Orchestration
import Testing

/// The checks of the processor, of memory and of the system's limits, each where all is well and
/// where it is not.
@Suite(.timeLimit(.minutes(1))) struct DoctorHostTests {
    /// `/proc/self/limits` with some values.
    private func limits(
        files: String = "20000", space: String = "unlimited", processes: String = "unlimited"
    ) -> [String: String] {
        [
            "/proc/self/limits": """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             \(processes)         \(processes)         processes
            Max open files            32                   \(files)             files
            Max address space         \(space)             \(space)             bytes
            """
        ]
    }

    private func memory(available: Int) -> [String: String] {
        ["/proc/meminfo": "MemTotal: 9 kB\nMemAvailable:  \(available >> 10) kB\n"]
    }

    @Test func everyCheckHasANameOfItsOwnAndASummary() {
        let checks = HealthChecks.all
        #expect(Set(checks.map { $0.name }).count == checks.count)
        #expect(checks.allSatisfy { !$0.summary.isEmpty })
        #expect(HealthChecks.essential.allSatisfy { name in checks.contains { $0.name == name } })
    }

    @Test func theProcessorIsNamed() async throws {
        let host = try FakeHost(["/proc/cpuinfo": "model name\t: Some CPU\ncpu MHz\t: 2000.0\n"])
        let found = try await host.examine("processor") {
            $0.environment["COHORT_VECTORS"] = "avx2"
        }
        #expect(found.state == .ok)
        #expect(found.text.hasPrefix("Some CPU, ") && found.text.hasSuffix("COHORT_VECTORS=avx2"))
    }

    @Test func threadsAreSharedAndRemarkedOn() async throws {
        let host = try FakeHost()
        let sound = try await host.examine("threads", try trio())
        #expect(sound.state == .ok && sound.text.hasPrefix("2 threads (8 processors, shared by 3"))
        let asked = try await host.examine("threads", try trio("training.threads=64"))
        #expect(asked.state == .warning && asked.text.contains("training.threads is 64"))
        let invalid = try await host.examine("threads") { $0.processors.remarks = ["OMP is 'x'"] }
        #expect(invalid.state == .warning && invalid.text.contains("OMP is 'x'"))
    }

    @Test func aSlowProcessorIsAWarning() async throws {
        let host = try FakeHost(["/proc/cpuinfo": "cpu MHz\t\t: 2500.000\n"])
        #expect(try await host.examine("speed").state == .ok)
        let throttled = try await host.examine("speed") {
            $0.speed = { SpeedMeasurement(kernels: 9e9, openBLAS: 10e9) }
        }
        #expect(throttled.state == .warning && throttled.text.contains("throttled"))
        #expect(throttled.text.contains("9 GFLOP/s") && throttled.text.contains("80 GFLOP/s"))
        let unmeasured = try await host.examine("speed") {
            $0.speed = { SpeedMeasurement(kernels: 9e9, openBLAS: nil) }
        }
        #expect(unmeasured.state == .warning && unmeasured.text.contains("throttled"))
        #expect(!unmeasured.text.contains("OpenBLAS"))
        let own = try await host.examine("speed") {
            $0.speed = { SpeedMeasurement(kernels: 9e9, openBLAS: 60e9) }
        }
        #expect(own.state == .warning && own.text.contains("build it again"))
        let debug = try await host.examine("speed") {
            $0.speed = { SpeedMeasurement(kernels: 1e9, openBLAS: 6e9, isDebugBuild: true) }
        }
        #expect(debug.state == .warning && debug.text.contains("swift build -c release"))
    }

    @Test func memoryIsComparedWithWhatIsNeeded() async throws {
        let plenty = try await FakeHost(memory(available: 8 << 30)).examine("memory", try trio())
        #expect(plenty.state == .ok && plenty.text.contains("3 learners need about"))
        let little = try await FakeHost(memory(available: 64 << 20)).examine("memory", try trio())
        #expect(little.state == .failure && little.exitCode == .configuration)
        #expect(little.text.contains("fewer learners"))
        let unknown = try await FakeHost().examine("memory")
        #expect(unknown.state == .warning)
    }

    @Test func aControlGroupsMemoryCounts() async throws {
        let host = try FakeHost(
            memory(available: 8 << 30).merging([
                "/proc/self/cgroup": "0::/job\n",
                "/proc/self/mountinfo": "1 1 0:1 / /cg rw - cgroup2 cgroup2 rw\n",
                "/cg/job/memory.max": "\(80 << 20)\n", "/cg/job/memory.current": "0\n",
            ]) { $1 })
        let found = try await host.examine("memory", try trio())
        #expect(found.state == .failure && found.text.contains("by /cg/job/memory.max"))
    }

    @Test func aSmallAddressSpaceIsAWarning() async throws {
        let host = try FakeHost(
            memory(available: 8 << 30).merging(limits(space: "500000000")) { $1 })
        let found = try await host.examine("memory", try trio())
        #expect(found.state == .warning && found.text.contains("ulimit -v"))
    }

    @Test func filesAndSocketsAreCounted() async throws {
        #expect(try await FakeHost(limits()).examine("files", try trio()).state == .ok)
        let few = try await FakeHost(limits(files: "32")).examine("files", try trio())
        #expect(few.exitCode == .configuration && few.text.contains("ulimit -n 274"))
        #expect(try await FakeHost().examine("files").text.contains("no limit is known"))
    }

    @Test func theKernelsLimits() async throws {
        #expect(try await FakeHost().examine("kernel", try trio()).state == .ok)
        let queue = try await FakeHost(["/proc/sys/net/core/somaxconn": "2\n"])
            .examine("kernel", try trio())
        #expect(queue.state == .warning && queue.text.contains("net.core.somaxconn"))
        let processes = try await FakeHost(limits(processes: "20")).examine("kernel", try trio())
        #expect(processes.state == .warning && processes.text.contains("ulimit -u"))
        let strict = try await FakeHost([
            "/proc/sys/vm/overcommit_memory": "2\n",
            "/proc/meminfo": "CommitLimit: 1000 kB\nCommitted_AS: 900 kB\n",
        ]).examine("kernel", try trio())
        #expect(strict.state == .warning && strict.text.contains("overcommit"))
    }

    @Test func signalsThatAreIgnored() async throws {
        func status(ignored: String, blocked: String = "0") throws -> FakeHost {
            try FakeHost(["/proc/self/status": "SigBlk:\t\(blocked)\nSigIgn:\t\(ignored)\n"])
        }
        #expect(try await status(ignored: "0").examine("signals").state == .ok)
        // By nohup, and by a program that writes into pipes: both are as somebody wants them.
        let usual = try await status(ignored: "0000000000001001").examine("signals")
        #expect(usual.state == .ok && usual.text.contains("HUP, PIPE ignored"))
        let child = try await status(ignored: "10000").examine("signals")
        #expect(child.state == .warning && child.text.contains("end of its learners"))
        let term = try await status(ignored: "0", blocked: "4000").examine("signals")
        #expect(term.state == .warning && term.text.contains("TERM blocked"))
    }

    @Test(
        arguments: [
            ([:], .ok), (["LANG": "de_DE.UTF-8"], .ok), (["LC_ALL": "C"], .ok),
            (["LANG": "de_DE.utf8", "LC_ALL": ""], .ok),
            (["LANG": "en_US.UTF-8", "LC_ALL": "de_DE.ISO-8859-1"], .warning),
            (["LC_CTYPE": "ja_JP.eucJP@x"], .warning),
        ] as [([String: String], Examination.Finding.State)])
    func theLocalesLetters(
        variables: [String: String], state: Examination.Finding.State
    ) async throws {
        let found = try await FakeHost().examine("locale") { $0.environment = variables }
        #expect(found.state == state)
    }

    @Test func aClockThatIsWrong() async throws {
        let host = try FakeHost()
        #expect(try await host.examine("clock").state == .ok)
        for offset in [-3e8, 2e9] {
            let found = try await host.examine("clock") {
                $0.time = ($0.buildTime ?? $0.time).addingTimeInterval(offset)
            }
            #expect(found.state == .warning && found.text.contains("set the clock"))
        }
    }

    @Test func libzmqIsNamed() async throws {
        let found = try await FakeHost().examine("zeromq")
        #expect(found.text.hasPrefix("libzmq 4."))
    }
}
