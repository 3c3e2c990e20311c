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
        ("a\nb\na slots=2", "hosts:3: 'a' is there already, in line 1"),
        ("node[1-3]\nnode2", "hosts:2: 'node2' is there already, in line 1"),
        ("a:22\na", "hosts:2: 'a' is there already"),
        ("a slot=2", "hosts:1: unknown option 'slot'; known: slots, max_slots"),
        ("a slots=2 slots=2", "slots= is there twice"),
        ("a slots=two", "slots= is 'two'"),
        ("a slots=0", "slots= is '0'"),
        ("a slots=", "slots= has no value"),
        ("a slots=4 max_slots=2", "slots=4 is more than max_slots allows"),
        ("a 4", "'4' is no option"),
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
