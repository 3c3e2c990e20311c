import Bytes
import Foundation
import Orchestration
import Testing
import ZeroMQ

/// The checks of folders, addresses and names.
@Suite(.timeLimit(.minutes(1))) struct DoctorPlaceTests {
    @Test func theTemporaryFolder() async throws {
        let host = try FakeHost()
        #expect(try await host.examine("temporary").text == "/tmp")
        let named = try await host.examine("temporary") { $0.environment["TMPDIR"] = "/scratch" }
        #expect(named.state == .ok && named.text == "/scratch")
    }

    @Test(arguments: ["/nowhere", "relative"])
    func aTemporaryFolderThatIsNone(path: String) async throws {
        let found = try await FakeHost().examine("temporary") {
            $0.environment["TMPDIR"] = path
            $0.disk = FakeDisk(folders: ["/tmp"])
        }
        #expect(found.exitCode == .disk && found.text.contains("export TMPDIR=/tmp"))
    }

    @Test func aTemporaryFolderThatCannotBeWritten() async throws {
        let found = try await FakeHost().examine("temporary") {
            $0.disk = FakeDisk(broken: ["write"])
        }
        #expect(found.exitCode == .disk && found.text.contains("Read-only file system"))
    }

    @Test func aTemporaryFolderThatIsTooLong() async throws {
        let found = try await FakeHost().examine("temporary") {
            $0.environment["TMPDIR"] = "/" + String(repeating: "x", count: 199)
        }
        #expect(found.state == .warning)
        #expect(found.text.contains("sockets are made in /tmp, as TMPDIR has 200 bytes"))
    }

    @Test func whatADiskCannotDo() async throws {
        let host = try FakeHost()
        let sound = try await host.examine("disk", try trio())
        #expect(sound.state == .ok && sound.text.contains("a run leaves up to"))
        for operation in ["write", "lock"] {
            let found = try await host.examine("disk") { $0.disk = FakeDisk(broken: [operation]) }
            #expect(found.exitCode == .disk)
        }
        let link = try await host.examine("disk") { $0.disk = FakeDisk(broken: ["link"]) }
        #expect(link.state == .warning && link.text.contains("goes on without `latest`"))
    }

    @Test func spaceAndFilesOfTheDisk() async throws {
        let host = try FakeHost()
        let full = try await host.examine("disk", try trio()) {
            $0.disk = FakeDisk(left: DiskSpace(bytes: 100 << 20))
        }
        #expect(full.exitCode == .disk && full.text.contains("exchange.journal"))
        let small = try await host.examine("disk", try trio("exchange.journal=1")) {
            $0.disk = FakeDisk(left: DiskSpace(bytes: 100 << 20))
        }
        #expect(small.state == .ok, "the journal is most of it")
        let files = try await host.examine("disk", try trio()) {
            $0.disk = FakeDisk(left: DiskSpace(bytes: 1 << 40, files: 3))
        }
        #expect(files.exitCode == .disk && files.text.contains("3 files can be made"))
        let unknown = try await host.examine("disk") { $0.disk = FakeDisk(left: nil) }
        #expect(unknown.state == .warning)
    }

    @Test func theNearestFolderThatIsThereIsTried() async throws {
        let found = try await FakeHost().examine("disk", try trio("runs=/data/a/b")) {
            $0.disk = FakeDisk(folders: ["/data"])
        }
        #expect(found.text.contains("free in /data;"))
    }

    @Test func theRealDiskLeavesNothingBehind() throws {
        let folder = try Folder()
        let disk = SystemDisk()
        try disk.write(into: folder.path)
        try disk.lock(in: folder.path)
        try disk.link(in: folder.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        #expect(disk.isFolder(folder.path) && !disk.isFolder("\(folder.path)/none"))
        #expect(try #require(disk.space(of: folder.path)).bytes > 0)
        #expect(throws: DiskError.self) { try disk.write(into: "\(folder.path)/none") }
        #expect(throws: DiskError.self) { try disk.lock(in: "\(folder.path)/none") }
        #expect(throws: DiskError.self) { try disk.link(in: "\(folder.path)/none") }
    }

    @Test func anAddressOfAnotherHost() async throws {
        let host = try FakeHost()
        #expect(try await host.examine("ports").text == "binds 127.0.0.1")
        let found = try await host.examine("ports") { $0.address = "192.0.2.1" }
        #expect(found.exitCode == .unavailable && found.text.contains("addr="))
    }

    @Test func theMastersPort() async throws {
        let socket = try Socket(.router, in: try Context())
        try socket.bind("tcp://0.0.0.0:*")
        let port = socket.lastEndpoint.split(separator: ":").last.map(String.init)
        let taken = try await FakeHost().examine("ports") {
            $0.environment = ["MASTER_ADDR": "here", "MASTER_PORT": port ?? ""]
        }
        #expect(taken.state == .warning && taken.text.contains("MASTER_PORT=\(port ?? "")"))
        let elsewhere = try await FakeHost().examine("ports") {
            $0.environment = ["MASTER_ADDR": "there", "MASTER_PORT": port ?? ""]
        }
        #expect(elsewhere.state == .ok)
    }

    @Test func fewFilesKeepPortsFromBeingTried() async throws {
        let host = try FakeHost(["/proc/self/limits": "Max open files  32  32  files\n"])
        let found = try await host.examine("ports")
        #expect(found.state == .warning && found.text.contains("not tried"))
    }

    @Test func fewPorts() async throws {
        let file = "/proc/sys/net/ipv4/ip_local_port_range"
        let few = try await FakeHost([file: "40000\t40010\n"]).examine("ports", try trio())
        #expect(few.state == .warning && few.text.contains("11 ports"))
        let many = try await FakeHost([file: "32768\t60999\n"]).examine("ports", try trio())
        #expect(many.state == .ok)
    }

    @Test func namesThereAndBack() async throws {
        let lookup = FakeLookup(
            ["here": ["10.0.0.1"], "two": ["10.0.0.2"]], ["10.0.0.1": ["here.lan"]])
        let found = try await FakeHost().examine("names") {
            $0.lookup = lookup
            $0.names = ["two"]
        }
        #expect(found.state == .ok)
        #expect(found.text == "here is 10.0.0.1\ntwo is 10.0.0.2, and back nothing")
    }

    @Test(arguments: ["gone", "lost.slow"])
    func aNameThatIsNotResolved(name: String) async throws {
        let needed = try await FakeHost().examine("names") { $0.names = [name] }
        #expect(needed.exitCode == .unavailable && needed.text.contains("/etc/hosts"))
        let advertised = try await FakeHost().examine(
            "names", try trio("exchange.advertise=\(name)"))
        #expect(advertised.exitCode == .unavailable)
        let own = try await FakeHost().examine("names", try trio()) { $0.hostName = name }
        #expect(own.state == .warning)
        let alone = try await FakeHost().examine("names") { $0.hostName = name }
        #expect(alone.state == .ok, "a run on this host alone needs no name")
    }

    @Test func aNameThatOnlyThisHostReaches() async throws {
        let found = try await FakeHost().examine("names", try trio()) {
            $0.lookup = FakeLookup(["here": ["127.0.1.1"]])
        }
        #expect(found.state == .warning && found.text.contains("no other host reaches it"))
    }

    @Test func namesAreAskedWithinATime() async {
        let clock = ContinuousClock()
        var answer: [String]? = []
        let time = await clock.measure {
            answer = await SystemLookup(patience: .zero).addresses(of: "localhost")
        }
        #expect(answer == nil && time < .seconds(30))
        #expect(await SystemLookup().addresses(of: "localhost")?.isEmpty == false)
    }

    @Test func dataThatAreMissing() async throws {
        let sound = try await FakeHost().examine("data", try trio())
        #expect(sound.text.contains("digits: 1257 training samples"))
        let gone = try trio("data={set: idx, options: {images: /nowhere, labels: /nowhere}}")
        let found = try await FakeHost().examine("data", gone)
        #expect(found.exitCode == .missingFile && found.text.contains("/nowhere"))
        #expect(try await FakeHost().examine("data").isEmpty)
    }
}
