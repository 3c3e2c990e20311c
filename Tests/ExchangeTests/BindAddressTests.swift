import Exchange
import Testing

/// What a socket binds, given what this host knows.
struct BindAddressTests {
    private static let names = [
        "localhost": ["::1", "127.0.0.1"], "me": ["127.0.1.1"],
        "me.lab": ["127.0.1.1", "10.0.0.5"],
        "six": ["fd00::5"], "other": ["10.0.0.9"], "both": ["10.0.0.9", "10.0.0.5"],
    ]

    private func resolve(_ host: String) throws -> String {
        try BindAddress.resolve(
            host, setting: "exchange.host", interfaces: ["lo", "eth0"],
            own: ["127.0.0.1", "::1", "10.0.0.5", "fd00::5"]
        ) { Self.names[$0] ?? [] }
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("*", "0.0.0.0"), ("[::]", "[::]"),
        ("::1", "[::1]"), ("[::1]", "[::1]"), ("fe80::1%eth0", "[fe80::1%eth0]"), ("eth0", "eth0"),
        ("localhost", "127.0.0.1"), ("me", "127.0.1.1"), ("me.lab", "10.0.0.5"),
        ("six", "[fd00::5]"), ("both", "10.0.0.5"),
    ])
    func itIsAnAddressOfThisHost(host: String, address: String) throws {
        #expect(try resolve(host) == address)
    }

    @Test(arguments: [
        ("me", "127.0.1.1", true), ("localhost", "127.0.0.1", false),
        ("127.0.0.1", "127.0.0.1", false),
        ("me.lab", "10.0.0.5", false), ("[::1]", "[::1]", false),
    ])
    func aNameThatOthersCannotReachIsRemarkedOn(host: String, address: String, isSaid: Bool) {
        #expect((BindAddress.remark(on: host, resolvedTo: address) != nil) == isSaid)
    }

    @Test func anUnknownNameIsRefusedWithWhatThereIs() {
        let error = #expect(throws: ExchangeFailure.self) { try resolve("eth7") }
        #expect(error?.exitCode == .unavailable)
        #expect(
            error?.message.hasPrefix(
                "exchange.host is 'eth7', which is neither an address nor an interface of this host"
                    + " (eth0, lo)") == true)
    }

    @Test func anotherHostsNameIsRefused() {
        let error = #expect(throws: ExchangeFailure.self) { try resolve("other") }
        #expect(error?.exitCode == .configuration)
        #expect(error?.message.contains("is 10.0.0.9, and no address of this host") == true)
    }
}
