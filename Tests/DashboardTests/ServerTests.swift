import Foundation
import Reporting
import Testing

@testable import Dashboard

/// The server, asked by real requests.
@Suite struct ServerTests {
    private static let events = "/events?metrics=total_loss,test_accuracy&quantities=divergence"

    @Test func servesThePageAndNothingElse() async throws {
        try await withRunFolder { folder in
            try folder.append([Sample.start()], of: "a")
            try await withPage(of: folder.run) { page in
                let found = try await Asking.answer(page, for: "/")
                #expect(found.status == 200)
                #expect(found.text.contains("Content-Security-Policy: default-src 'none'"))
                #expect(found.text.contains("<h1 id=\"title\">"))
                let missing = try await Asking.answer(page, for: "/config.yaml")
                #expect(missing.status == 404)
                let outside = try await Asking.answer(page, for: "/../../etc/passwd")
                #expect(outside.status == 404)
                let written = try await Asking.answer(page, for: "/", method: "POST")
                #expect(written.status == 405)
            }
        }
    }

    @Test(arguments: ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
    func refusesOtherHosts(host: String) async throws {
        try await withRunFolder { folder in
            try await withPage(of: folder.run) { page in
                let refused = try await Asking.answer(page, for: "/", host: host)
                #expect(refused.status == 421)
                let tunnel = try await Asking.answer(page, for: "/", host: "localhost:9999")
                #expect(tunnel.status == 200)
            }
        }
    }

    @Test func wantsTheTokenWhereAnAddressWasGiven() async throws {
        try await withRunFolder { folder in
            try await withPage(of: folder.run, address: "127.0.0.1") { page in
                let token = page.query() ?? ""
                #expect(token.wholeMatch(of: /token=[0-9a-f]{32}/) != nil)
                for target in ["/", "/events", "/?token=", "/?\(token.dropLast())", "/nothing"] {
                    let refused = try await Asking.answer(page, for: target)
                    #expect(refused.status == 401, "\(target)")
                }
                let answer = try await Asking.answer(page, for: "/?\(token)")
                #expect(answer.status == 200)
            }
        }
    }

    @Test func streamsWhatIsAppended() async throws {
        try await withRunFolder { folder in
            try folder.append([Sample.start(), Sample.interval(1, loss: 3)], of: "a")
            try await withPage(of: folder.run) { page in
                var stream = try await Asking(page, for: Self.events)
                let first = try #require(try await stream.event())
                #expect(first.data["whole"] as? Bool == true)
                #expect(Self.losses(first.data) == [3])
                try folder.append([Sample.interval(2, loss: 2)], of: "a")
                let second = try #require(try await stream.event())
                #expect(second.data["whole"] as? Bool == false)
                #expect(Self.losses(second.data) == [2])
                try stream.close()
            }
        }
    }

    @Test func goesOnWhereAPageLeftOff() async throws {
        try await withRunFolder { folder in
            try folder.append([Sample.start(), Sample.interval(1, loss: 3)], of: "a")
            try await withPage(of: folder.run) { page in
                var stream = try await Asking(page, for: Self.events)
                let first = try #require(try await stream.event())
                try stream.close()
                try folder.append([Sample.interval(2, loss: 2)], of: "a")
                var again = try await Asking(
                    page, for: Self.events, headers: ["Last-Event-ID: \(first.id)"])
                let next = try #require(try await again.event())
                #expect(next.data["whole"] as? Bool == false)
                #expect(Self.losses(next.data) == [2])
                try again.close()
                // A position of another server means nothing here.
                var other = try await Asking(
                    page, for: Self.events, headers: ["Last-Event-ID: other-1-1"])
                let whole = try #require(try await other.event())
                #expect(whole.data["whole"] as? Bool == true)
                #expect(Self.losses(whole.data) == [3, 2])
                try other.close()
            }
        }
    }

    @Test func sendsEverythingWhereAFileIsReplaced() async throws {
        try await withRunFolder { folder in
            try folder.append([Sample.start(), Sample.interval(1, loss: 3)], of: "a")
            try folder.append([Sample.start(), Sample.interval(1, loss: 4)], of: "c")
            try await withPage(of: folder.run) { page in
                var stream = try await Asking(page, for: Self.events)
                let first = try #require(try await stream.event())
                #expect(first.data["whole"] as? Bool == true)
                try folder.replace([Sample.start(), Sample.interval(2, loss: 5)], of: "a")
                let second = try #require(try await stream.event())
                #expect(second.data["whole"] as? Bool == true)
                #expect(Self.losses(second.data) == [5])
                #expect((second.data["learners"] as? [Any])?.count == 2)
                try FileManager.default.removeItem(atPath: folder.run.learner("a").metrics)
                let third = try #require(try await stream.event())
                #expect(third.data["whole"] as? Bool == true)
                #expect(Self.losses(third.data) == [4])
                try stream.close()
            }
        }
    }

    /// Nothing of a test may hang: it is cancelled, wherever it waits.
    @Test func endsATestThatGetsNoAnswer() async throws {
        try await withRunFolder { folder in
            await #expect(throws: NoAnswer.self) {
                try await withPage(of: folder.run, within: .milliseconds(300)) { page in
                    var stream = try await Asking(page, for: Self.events)
                    while try await stream.event() != nil {}
                }
            }
        }
    }

    @Test func boundsTheStreamsThatAreOpen() async throws {
        try await withRunFolder { folder in
            try await withPage(of: folder.run) { page in
                var open: [Asking] = []
                for _ in 0..<Routes.mostStreams {
                    var stream = try await Asking(page, for: Self.events)
                    _ = try #require(try await stream.event())
                    open.append(stream)
                }
                let refused = try await Asking.answer(page, for: Self.events)
                #expect(refused.status == 503)
                let other = try await Asking.answer(page, for: "/")
                #expect(other.status == 200)
                for stream in open { try stream.close() }
            }
        }
    }

    @Test func refusesAnAddressThatIsNone() async throws {
        try await withRunFolder { folder in
            await #expect(throws: DashboardError.noAddress("here")) {
                try await Dashboard.serve(folder.run, address: "here") { _ in }
            }
        }
    }

    @Test func saysThatAPortIsTaken() async throws {
        try await withRunFolder { folder in
            try await withPage(of: folder.run) { page in
                let port = UInt16(page.port ?? 0)
                await #expect(throws: DashboardError.cannotListen("Address already in use")) {
                    try await Dashboard.serve(folder.run, port: port) { _ in }
                }
            }
        }
    }

    /// The loss curve's new values.
    private static func losses(_ data: [String: Any]) -> [Double]? {
        let series = data["series"] as? [String: Any]
        let curves = series?["total_loss"] as? [[String: Any]]
        return curves?.first?["values"] as? [Double]
    }
}
