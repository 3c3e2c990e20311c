import Foundation
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketTests {
    /// A router and a dealer connected to it, with the poller that watches both.
    private struct Pair {
        let router: Socket
        let dealer: Socket
        var poller: Poller
        let waker: Waker

        init(maximumFrameBytes: Int = -1, highWaterMark: Int = 1000) throws {
            let context = try Context()
            router = try Socket(.router, in: context)
            router.maximumFrameBytes = maximumFrameBytes
            router.isMandatory = true
            router.receiveHighWaterMark = highWaterMark
            try router.bind("tcp://127.0.0.1:*")
            dealer = try Socket(.dealer, in: context)
            dealer.sendHighWaterMark = highWaterMark
            try dealer.connect(router.lastEndpoint)
            waker = try Waker()
            poller = Poller(waker: waker)
            poller.add(router)
            poller.add(dealer)
        }

        /// The next message of one of the two, waiting for it.
        mutating func next(_ index: Int) throws -> [[UInt8]] {
            while true {
                if let frames = try (index == 0 ? router : dealer).receive() { return frames }
                try #require(try !poller.wait(atMost: .seconds(10)).isEmpty)
            }
        }
    }

    @Test func framesOfAnySizeArriveWhole() throws {
        var pair = try Pair()
        let sizes = [0, 1, 29, 30, 255, 256, 8192, 1 << 20, 0]
        let frames = sizes.enumerated().map { index, size in
            [UInt8](repeating: UInt8(index), count: size)
        }
        #expect(try pair.dealer.send(frames) == .sent)
        let received = try pair.next(0)
        #expect(received.count == sizes.count + 1)
        #expect(Array(received.dropFirst()) == frames)
        #expect(try pair.router.send([received[0], [7]]) == .sent)
        #expect(try pair.next(1) == [[7]])
        #expect(try pair.router.receive() == nil)
    }

    @Test func anUnknownRouteIsSaid() throws {
        let pair = try Pair()
        #expect(try pair.router.send([[1, 2, 3], [4]]) == .unroutable)
    }

    @Test func aFullQueueIsSaidAndNothingBlocks() throws {
        let pair = try Pair(highWaterMark: 2)
        let frame = [UInt8](repeating: 0, count: 1 << 20)
        var outcome = Socket.Outcome.sent
        for _ in 0..<200 where outcome == .sent { outcome = try pair.dealer.send([frame]) }
        #expect(outcome == .full)
    }

    /// The sender of an oversize frame is disconnected, others are served.
    @Test func anOversizeFrameIsNotTakenIn() throws {
        var pair = try Pair(maximumFrameBytes: 1000)
        #expect(try pair.dealer.send([[UInt8](repeating: 0, count: 1001)]) == .sent)
        let other = try Socket(.dealer, in: Context())
        other.linger = .seconds(1)
        try other.connect(pair.router.lastEndpoint)
        #expect(try other.send([[UInt8](repeating: 5, count: 1000)]) == .sent)
        #expect(try pair.next(0)[1].count == 1000)
    }

    @Test func anotherThreadWakesThePoller() throws {
        var pair = try Pair()
        let waker = pair.waker
        let thread = Thread { waker.wake() }
        let clock = ContinuousClock()
        let start = clock.now
        thread.start()
        #expect(try pair.poller.wait(atMost: .seconds(30)).isEmpty)
        #expect(clock.now - start < .seconds(20))
        // The wake is used up: the next wait lasts its time.
        let again = clock.now
        #expect(try pair.poller.wait(atMost: .milliseconds(20)).isEmpty)
        #expect(clock.now - again >= .milliseconds(19))
    }

    /// Far more wakes than the pipe holds neither block nor fail.
    @Test func wakesBeforeTheWaitCount() throws {
        var pair = try Pair()
        for _ in 0..<100_000 { pair.waker.wake() }
        let clock = ContinuousClock()
        let start = clock.now
        _ = try pair.poller.wait(atMost: .seconds(30))
        #expect(clock.now - start < .seconds(20))
    }

    @Test func sendingIsWatchedOnRequest() throws {
        var pair = try Pair()
        #expect(try pair.poller.wait(atMost: .zero).isEmpty)
        pair.poller.watchSending(true, at: 1)
        #expect(try pair.poller.wait(atMost: .seconds(10)) == [1])
        pair.poller.watchSending(false, at: 1)
        #expect(try pair.poller.wait(atMost: .zero).isEmpty)
    }

    @Test func optionsAreReadBack() throws {
        let socket = try Socket(.router, in: Context())
        #expect(socket.linger == .zero)
        socket.linger = .milliseconds(250)
        socket.sendHighWaterMark = 3
        socket.receiveHighWaterMark = 4
        socket.maximumFrameBytes = 5_000_000_000
        let heartbeat = Heartbeat(
            interval: .seconds(5), timeout: .seconds(15), timeToLive: .seconds(15))
        socket.heartbeat = heartbeat
        socket.handshakeLimit = .seconds(4)
        socket.reconnectPause = .milliseconds(200)
        socket.longestReconnectPause = .seconds(10)
        socket.isImmediate = true
        socket.backlog = 77
        socket.allowsIPv6 = true
        #expect(socket.linger == .milliseconds(250))
        #expect(socket.sendHighWaterMark == 3)
        #expect(socket.receiveHighWaterMark == 4)
        #expect(socket.maximumFrameBytes == 5_000_000_000)
        #expect(socket.heartbeat == heartbeat)
        #expect(socket.handshakeLimit == .seconds(4))
        #expect(socket.reconnectPause == .milliseconds(200))
        #expect(socket.longestReconnectPause == .seconds(10))
        #expect(socket.isImmediate)
        #expect(socket.backlog == 77)
        #expect(socket.allowsIPv6)
    }

    @Test func failuresSayWhatAndWhy() throws {
        let pair = try Pair()
        let endpoint = pair.router.lastEndpoint
        let other = try Socket(.router, in: Context())
        let error = #expect(throws: ZeroMQError.self) { try other.bind(endpoint) }
        #expect(error?.description == "cannot bind \(endpoint): Address already in use")
        #expect(throws: ZeroMQError.self) { try other.connect("nonsense") }
    }

    @Test func anOldLibraryIsRefused() throws {
        #expect(LibraryVersion.loaded >= .oldestAccepted)
        try LibraryVersion(major: 4, minor: 3, patch: 3).requireAccepted()
        try LibraryVersion(major: 5, minor: 0, patch: 0).requireAccepted()
        for (minor, patch) in [(3, 2), (2, 9)] as [(Int32, Int32)] {
            let old = LibraryVersion(major: 4, minor: minor, patch: patch)
            let error = #expect(throws: UnsuitableLibrary.self) { try old.requireAccepted() }
            #expect(error?.description.hasPrefix("libzmq \(old) has known") == true)
        }
    }
}
