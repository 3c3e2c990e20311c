import FlyingSocks
import Foundation

/// A client of the server under test, which sends what it is told to, byte for byte.
struct Asking {
    private let socket: AsyncSocket
    private var bytes: AsyncSocketReadSequence.AsyncIterator

    /// Connects to the server of a page's address, and asks for something there.
    ///
    /// - Parameter headers: further lines of the request.
    init(
        _ page: URL, for target: String, host: String? = nil, method: String = "GET",
        headers: [String] = []
    ) async throws {
        let port = UInt16(page.port ?? 0)
        socket = try await .connected(to: .inet(ip4: page.host() ?? "", port: port))
        bytes = socket.bytes.makeAsyncIterator()
        let lines =
            ["\(method) \(target) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")"] + headers
        try await socket.write(Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    }

    /// The next line of the answer; nil at its end.
    mutating func line() async throws -> String? {
        var line: [UInt8] = []
        while let byte = try await byte() {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            if byte != UInt8(ascii: "\r") { line.append(byte) }
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private mutating func byte() async throws -> UInt8? {
        do { return try await bytes.next() } catch SocketError.disconnected { return nil }
    }

    /// The next event of a stream: its identifier, and its data as JSON.
    mutating func event() async throws -> (id: String, data: [String: Any])? {
        var id = ""
        while let line = try await line() {
            if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
            guard line.hasPrefix("data: ") else { continue }
            let value = try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8))
            return (id, value as? [String: Any] ?? [:])
        }
        return nil
    }

    /// Closes the connection.
    func close() throws { try socket.close() }

    /// The status and the whole text of an answer.
    static func answer(
        _ page: URL, for target: String, host: String? = nil, method: String = "GET"
    ) async throws -> (status: Int, text: String) {
        var asking = try await Asking(
            page, for: target, host: host, method: method, headers: ["Connection: close"])
        var lines: [String] = []
        while let line = try await asking.line() { lines.append(line) }
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (status ?? 0, lines.joined(separator: "\n"))
    }
}
