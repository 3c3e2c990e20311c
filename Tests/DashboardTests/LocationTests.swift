import FlyingSocks
import Foundation
import Testing

@testable import Dashboard

@Suite struct LocationTests {
    @Test(
        arguments: [
            (Socket.Address.ip4("192.168.1.5", port: 80), "http://192.168.1.5:80/"),
            (.ip6("::1", port: 80), "http://[::1]:80/"),
        ])
    func isWhatABrowserOpens(address: Socket.Address, url: String) throws {
        let location = try #require(Location(address))
        #expect(location.url(token: nil) == url)
        #expect(location.url(token: "12ab") == "\(url)?token=12ab")
    }

    /// The name is one that the server takes for its own.
    @Test(arguments: [Socket.Address.ip4("0.0.0.0", port: 80), .ip6("::", port: 80)])
    func namesTheHostForAllItsAddresses(address: Socket.Address) throws {
        let location = try #require(Location(address))
        #expect(location.host == ProcessInfo.processInfo.hostName)
        #expect(Access(address: nil).refusal(host: "\(location.host):80", token: nil) == nil)
    }
}
