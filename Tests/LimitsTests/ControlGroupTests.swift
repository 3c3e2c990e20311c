import Limits
import Testing

struct ControlGroupTests {
    @Test func everyLevelUpToTheRootCounts() throws {
        let tree = try Tree.v2([
            "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
            "/sys/fs/cgroup/a/cpu.max": "150000 100000\n",
            "/sys/fs/cgroup/cpu.max": "400000 100000\n",
        ])
        let quota = try #require(tree.read(CPUQuota.strictest))
        #expect(quota.processors == 1.5 && quota.file == "/sys/fs/cgroup/a/cpu.max")
    }

    @Test func noQuotaIsNoLimit() throws {
        let tree = try Tree.v2(["/sys/fs/cgroup/a/b/cpu.max": "max 100000\n"])
        #expect(tree.read(CPUQuota.strictest) == nil)
        #expect(try Tree([:]).read(CPUQuota.strictest) == nil)
    }

    /// A container with a namespace of its own sees its group as the root.
    @Test func aNamespaceOfItsOwn() throws {
        let tree = try Tree.v2(group: "/", ["/sys/fs/cgroup/cpu.max": "50000 100000\n"])
        #expect(tree.read(CPUQuota.strictest)?.processors == 0.5)
    }

    /// Without a namespace of its own the path is the host's, and the mount shows a part of it.
    @Test func theHostsPathInAContainer() throws {
        let tree = try Tree.v1(
            group: "/docker/abc/inner", root: "/docker/abc",
            [
                "/sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_quota_us": "-1\n",
                "/sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_period_us": "100000\n",
                "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "125000\n",
                "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "50000\n",
            ])
        #expect(tree.read(CPUQuota.strictest)?.processors == 2.5)
    }

    @Test(arguments: [("/other/group", "/docker/abc"), ("/../../x", "/")])
    func aGroupOutsideOfTheMount(group: String, root: String) throws {
        let tree = try Tree.v2(
            group: group, root: root, ["/sys/fs/cgroup/cpu.max": "200000 100000\n"])
        #expect(tree.read(CPUQuota.strictest)?.processors == 2)
    }

    @Test func aMountPointWithASpace() throws {
        let tree = try Tree.v2(
            point: "/my\\040groups", ["/my groups/a/cpu.max": "100000 100000\n"])
        #expect(tree.read(CPUQuota.strictest)?.processors == 1)
    }

    @Test(arguments: ["", "nonsense", "-1 100000", "100000 0", "0 100000"])
    func aFileThatSaysNothingIsPassedOver(text: String) throws {
        let tree = try Tree.v2(["/sys/fs/cgroup/a/b/cpu.max": text])
        #expect(tree.read(CPUQuota.strictest) == nil)
    }

    @Test func memoryCountsWhatTheKernelCanDrop() throws {
        let tree = try Tree.v2([
            "/sys/fs/cgroup/a/memory.max": "1000\n",
            "/sys/fs/cgroup/a/memory.current": "700\n",
            "/sys/fs/cgroup/a/memory.stat": "anon 200\nfile 500\ninactive_file 300\n",
            "/sys/fs/cgroup/a/b/memory.max": "max\n",
        ])
        let limit = try #require(tree.read(MemoryLimit.strictest))
        #expect(limit.limit == 1000 && limit.available == 600)
        #expect(limit.file == "/sys/fs/cgroup/a/memory.max")
    }

    @Test func memoryOfTheFirstVersion() throws {
        let tree = try Tree.v1(
            group: "/x",
            [
                "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "2000\n",
                "/sys/fs/cgroup/memory/x/memory.usage_in_bytes": "500\n",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            ])
        #expect(tree.read(MemoryLimit.strictest)?.available == 1500)
    }
}
