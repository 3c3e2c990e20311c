import Foundation
import Testing
import ZeroMQ

/// Those who speak ZMTP 1 or 2, of whom nothing can be asked, are not let in to plain sockets
/// either.
@Suite(.timeLimit(.minutes(1))) struct OldGreetingTests {
    @Test(arguments: [
        // An unversioned greeting: the routing id of one byte, and a message.
        #"\x02\0a\x02\0b"#,
        // ZMTP 2: signature, revision 1, a DEALER, and an empty routing id.
        #"\xff\0\0\0\0\0\0\0\x01\x7f\x01\x05\0\0"#,
    ])
    func oldVersionsAreRefused(greeting: String) throws {
        let context = try Context()
        let gatekeeper = try Gatekeeper(domain: "test", isOpen: true, in: context)
        let socket = try Socket(.router, in: context)
        try socket.servePlain(domain: "test")
        try socket.bind("tcp://127.0.0.1:*")
        let port = try #require(socket.lastEndpoint.split(separator: ":").last)
        let client = Process()
        client.executableURL = URL(fileURLWithPath: "/bin/bash")
        // It ends by itself when the connection is closed.
        client.arguments = [
            "-c",
            "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '\(greeting)' >&3;"
                + " timeout 20 cat <&3 >/dev/null; [ $? != 124 ]",
        ]
        try client.run()
        client.waitUntilExit()
        #expect(client.terminationStatus == 0)
        #expect(try socket.receive() == nil)
        #expect(try gatekeeper.serve().isEmpty)
    }
}
