import Launching
import Testing

@Suite struct PlacementTests {
    /// `a b t:teacher` on the hosts of a file, as `a on x, b on y`.
    private func place(_ guests: String, on file: String) throws -> String {
        let guests = guests.split(separator: " ").map { word in
            let parts = word.split(separator: ":")
            let role = parts.count == 2 ? RemoteHost.Role(rawValue: String(parts[1])) : .student
            return Placement.Guest(String(parts[0]), role ?? .student)
        }
        return try Placement(
            of: guests, on: Hostfile(bytes: Array(file.utf8), file: "hosts")
        ).description
    }

    @Test(arguments: [
        ("a b", "x\ny", "a on x, b on y"),
        ("a b c", "x slots=2\ny slots=2", "a on x, b on y, c on x"),
        ("a b c", "x slots=1\ny slots=9", "a on x, b on y, c on y"),
        ("a b c", "x\ny name=a\nz", "a on y, b on x, c on z"),
        ("a b c", "x name=b,c\ny", "a on y, b on x, c on x"),
        ("a b t:teacher", "x role=teacher\ny slots=2", "a on y, b on y, t on x"),
        ("t:teacher a", "x\ny role=teacher", "t on y, a on x"),
        ("a b", "x role=student slots=2\ny", "a on x, b on x"),
        ("a b c d", "x max_slots=2\ny max_slots=2", "a on x, b on y, c on x, d on y"),
        ("a", "u@x:22\ny", "a on u@x:22"),
    ])
    func learnersGoWhereThereIsRoom(guests: String, file: String, expected: String) throws {
        #expect(try place(guests, on: file) == expected)
    }

    @Test(arguments: [
        ("a b c", "x\ny", "there are 3 learners, and room for 2"),
        ("a b", "x role=teacher\ny", "no host has room for 'b', which is a student"),
        ("a b", "x name=z\ny", "line 1: name=z: the launcher starts no such learner; known: a, b"),
        ("a b", "x name=a\ny name=a", "line 2: 'a' is named in line 1 already"),
        ("a b", "x name=a role=teacher\ny", "line 1: 'a' is a student"),
    ])
    func whatHasNoRoomIsNamed(guests: String, file: String, complaint: String) throws {
        let error = try #require(throws: HostError.self) { try place(guests, on: file) }
        #expect(error.description.contains(complaint))
        #expect(error.exitCode == .configuration)
    }

    @Test func onlyHostsWithLearnersAreUsed() throws {
        let file = try Hostfile(bytes: Array("x\ny slots=2\nz\n".utf8), file: "hosts")
        let placement = try Placement(
            of: [.init("a", .student), .init("b", .student)], on: file)
        #expect(placement.hosts.map(\.name) == ["x", "y"])
        #expect(placement.learners(on: file.hosts[1]) == ["b"])
        #expect(placement["z"] == nil)
    }
}
