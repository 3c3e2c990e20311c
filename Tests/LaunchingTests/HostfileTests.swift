import Foundation
import Launching
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostfileTests {
    private func hosts(_ text: String) throws -> [RemoteHost] {
        try Hostfile(bytes: Array(text.utf8), file: "hosts").hosts
    }

    @Test func everyFormOfALineIsRead() throws {
        let hosts = try hosts(
            """
            # all of them
            alone

            openmpi slots=4 max_slots=8   # as many as it has cores
            anna@big.lab:2222 role=teacher name=t,u addr=[fd00::5] bind=0.0.0.0
            [fe80::1%eth0]:22 dir=~/work cohort=/usr/bin/cohort
            """)
        #expect(
            hosts.map(\.description) == [
                "alone", "openmpi", "anna@big.lab:2222", "[fe80::1%eth0]:22",
            ])
        #expect(hosts.map(\.line) == [2, 4, 5, 6])
        #expect(hosts[0].slots == nil)
        #expect(hosts[0].folder == "cohort")
        #expect(hosts[1].slots == 4)
        #expect(hosts[1].mostSlots == 8)
        #expect(hosts[2].role == .teacher)
        #expect(hosts[2].learners == ["t", "u"])
        #expect(hosts[2].address == "fd00::5")
        #expect(hosts[2].boundAddress == "0.0.0.0")
        #expect(hosts[3].folder == "work")
        #expect(hosts[3].program == "/usr/bin/cohort")
    }

    @Test(arguments: [
        ("node[01-04,7]", ["node01", "node02", "node03", "node04", "node7"]),
        ("n[8-11]", ["n8", "n9", "n10", "n11"]),
        ("r[1-2]n[1-2].lab:9", ["r1n1.lab", "r1n2.lab", "r2n1.lab", "r2n2.lab"]),
        ("[1-2]", ["1", "2"]),
    ])
    func rangesAreWrittenOut(line: String, names: [String]) throws {
        #expect(try hosts(line).map(\.name) == names)
    }

    @Test(arguments: [
        (
            "a role=teacher\nb\na role=student",
            "hosts:3: 'a' has role=student, and role=teacher in line 1"
        ),
        ("a dir=x\nb\na dir=y", "hosts:3: 'a' has dir=y, and dir=x in line 1"),
        ("a addr=10.0.0.1\na addr=10.0.0.2", "'a' has addr=10.0.0.2, and addr=10.0.0.1 in line 1"),
        ("a name=x\na name=y", "'a' has name=y, and name=x in line 1"),
        ("u@a\nv@a", "'a' has user=v, and user=u in line 1"),
        ("a max_slots=2\na max_slots=3", "'a' has max_slots=3, and max_slots=2 in line 1"),
        ("a:4 slots=2", "':4' is a number of slots, as MPI writes it, and contradicts slots=2"),
        ("a:2222 port=22", "':2222' and port=22 contradict each other"),
        ("a slots=2 cpu=2", "cpu= is there twice"),
        ("a port=0", "'0' is no port"),
        ("a slot=2", "hosts:1: unknown option 'slot'; known: slots, max_slots"),
        ("a slots=2 slots=2", "slots= is there twice"),
        ("a slots=two", "slots= is 'two'"),
        ("a slots=0", "slots= is '0'"),
        ("a slots=", "slots= has no value"),
        ("a slots=4 max_slots=2", "slots=4 is more than max_slots allows"),
        (
            "a slots=2 max_slots=3\na slots=2 max_slots=3",
            "hosts:2: slots=4 is more than max_slots allows"
        ),
        ("a four", "'four' is no option"),
        ("a 0", "'0' slots: use a number from 1 to 10000"),
        ("a 4 b", "'4' is no option"),
        ("a role=boss", "role= is 'boss'; use one of student, teacher, assistant"),
        ("a name=x,,y", "name= is 'x,,y'"),
        ("a name=x,x", "names a learner twice"),
        ("a slots=1 name=x,y", "slots=1 allows"),
        ("n[1-2] name=x", "of one host, and the line names 2"),
        ("n[1-2", "does not close it"),
        ("n[2-1]", "'2-1' is no range"),
        ("n[]", "'' is no range"),
        ("n[1-10001]", "more than 10000 hosts"),
        ("n[0-999999999]", "more than 10000 hosts"),
        ("n[1-5000]\nm[1-5001]", "hosts:2: more than 10000 hosts"),
        ("-oProxyCommand=x", "is no host's name"),
        ("a@-x", "is no host's name"),
        ("-l@a", "is no user's name"),
        ("fe80::1", "an IPv6 address stands in brackets"),
        ("a:0", "'0' is no port"),
        ("a:70000", "'70000' is no port"),
        ("a:+22", "'+22' is no port"),
        ("a;reboot", "is no host's name"),
        ("a dir=~bob/x", "dir= is '~bob/x'"),
        ("a addr=x/y", "is no address"),
        ("# nobody\n\n", "hosts: it names no host"),
    ])
    func whatIsWrongIsNamedWithItsLine(text: String, complaint: String) throws {
        let error = try #require(throws: HostError.self) { try hosts(text) }
        #expect(error.description.contains(complaint))
        #expect(error.exitCode == .configuration)
    }

    @Test func allMistakesAreNamedAtOnce() throws {
        let error = try #require(throws: HostError.self) {
            try hosts("a slots=two\nb\n-x\nc role=boss")
        }
        let lines = error.description.split(separator: "\n")
        #expect(lines.first == "3 mistakes:")
        #expect(lines.dropFirst().map { $0.prefix(8) } == ["hosts:1:", "hosts:3:", "hosts:4:"])
        let many = try #require(throws: HostError.self) {
            try hosts(String(repeating: "-x\n", count: 50))
        }
        #expect(many.description.hasSuffix("\nand 30 more"))
    }

    /// As the launchers and schedulers of others write their hosts: name, slots.
    @Test(arguments: [
        ("PBS", "node1\nnode1\nnode2\nnode1\n", ["node1": 3, "node2": 1]),
        ("PBS with the line ends of DOS", "node1\r\nnode1\r\nnode2\r\n", ["node1": 2, "node2": 1]),
        ("MPICH", "node1:4\nnode2:64\n", ["node1": 4, "node2": 64]),
        (
            "Open MPI", "node1 slots=2 max_slots=4\nnode2 slots = 3\tmax-slots=3",
            ["node1": 2, "node2": 3]
        ),
        ("Open MPI, older", "node1 cpu=2\nnode2 count=3 # comment", ["node1": 2, "node2": 3]),
        ("Open MPI, a host twice", "node1 slots=2\nnode1 slots=3", ["node1": 5]),
        (
            "SGE", "node1.lab 4 all.q@node1.lab UNDEFINED\nnode2.lab 2 all.q@node2.lab <NULL>\n",
            ["node1.lab": 4, "node2.lab": 2]
        ),
        ("SGE, two queues", "n1 1 a.q@n1 UNDEFINED\nn1 2 b.q@n1 UNDEFINED", ["n1": 3]),
        ("LSF's file", "hostA\nhostA\nhostB", ["hostA": 2, "hostB": 1]),
        ("LSB_MCPU_HOSTS", "hostA 2 hostB 4 hostC 1", ["hostA": 2, "hostB": 4, "hostC": 1]),
        ("LSB_HOSTS", "hostA hostA hostB hostC", ["hostA": 2, "hostB": 1, "hostC": 1]),
        ("two columns", "hostA 2\nhostB 1", ["hostA": 2, "hostB": 1]),
        ("Slurm", "node[01-02,7],login", ["node01": 1, "node02": 1, "node7": 1, "login": 1]),
        ("Slurm, twice in brackets", "r[1-2]n[1-2]", ["r1n1": 1, "r1n2": 1, "r2n1": 1, "r2n2": 1]),
        ("Horovod", "h1:2,h2:4", ["h1": 2, "h2": 4]),
        ("IPv6", "[fd00::1]:4\n[fd00::2] slots=2\n[fd00::2]", ["fd00::1": 4, "fd00::2": 3]),
        ("a mark of byte order", "\u{FEFF}node1\nnode1", ["node1": 2]),
        ("a range and one of it", "node[1-3]\nnode2", ["node1": 1, "node2": 2, "node3": 1]),
        ("the usual port by name", "a:22\na", ["a": 2]),
    ])
    func theFilesOfOthersAreRead(of whom: String, text: String, slots: [String: Int]) throws {
        let hosts = try hosts(text)
        let guests = (0..<slots.values.reduce(0, +)).map { Placement.Guest("l\($0)", .student) }
        let placement = try Placement(of: guests, on: Hostfile(bytes: Array(text.utf8), file: "f"))
        let taken = hosts.map { ($0.name, placement.learners(on: $0).count) }
        #expect(Dictionary(uniqueKeysWithValues: taken) == slots, "\(whom)")
        #expect(hosts.allSatisfy { $0.port == nil || $0.port == 22 })
    }

    @Test(arguments: [("a:22", 22), ("a:2222", 2222), ("a:443", 443), ("a port=990", 990)])
    func aPortIsNoNumberOfSlots(text: String, port: Int) throws {
        let host = try #require(try hosts(text).first)
        #expect(host.port == port && host.slots == nil)
    }

    @Test func linesOfAHostKeepTheOptionsThatOneOfThemHas() throws {
        let hosts = try hosts("a\nb\nanna@a role=teacher slots=2 dir=work\na role=teacher")
        #expect(hosts.map(\.name) == ["a", "b"])
        #expect(hosts[0].slots == 4 && hosts[0].role == .teacher)
        #expect(hosts[0].user == "anna" && hosts[0].folder == "work" && hosts[0].line == 1)
    }

    @Test func twoPortsOfOneNameAreTwoHosts() throws {
        #expect(try hosts("a:2201\na:2202").count == 2)
    }

    @Test func aFileThatIsMissingIsNamed() throws {
        let error = try #require(throws: HostError.self) {
            try Hostfile(contentsOf: "/nowhere/hosts")
        }
        #expect(error.exitCode == .missingFile)
        #expect(error.description.contains("/nowhere/hosts"))
    }

    @Test func aFileWithoutEndIsRefused() throws {
        let error = try #require(throws: HostError.self) {
            try Hostfile(contentsOf: "/dev/zero")
        }
        #expect(error.exitCode == .configuration)
    }
}
