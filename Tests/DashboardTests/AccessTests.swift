import Testing

@testable import Dashboard

@Suite struct AccessTests {
    @Test(arguments: ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:80", "10.0.0.7"])
    func knowsItsOwnNames(host: String) {
        #expect(Access(address: nil).refusal(host: host, token: nil) == nil)
    }

    @Test(arguments: [nil, "", "a.example", "127.0.0.1.example", "1.2.3", "[::1].example"])
    func refusesOtherNames(host: String?) {
        #expect(Access(address: nil).refusal(host: host, token: nil) == .wrongHost)
    }

    @Test func comparesWholeTokens() throws {
        let access = Access(address: "0.0.0.0")
        let token = try #require(access.token)
        #expect(access.refusal(host: "10.0.0.7", token: token) == nil)
        for wrong in [nil, "", token + "0", String(token.dropLast()), token + token] {
            #expect(access.refusal(host: "10.0.0.7", token: wrong) == .noToken)
        }
        #expect(Access(address: "0.0.0.0").token != token)
    }
}
