import Foundation

/// The ports of an address (in network order) at which a process of this host listens by TCP.
func listeningPorts(of address: in_addr_t) -> [UInt16] {
    // A file of /proc tells no size, and gives a page at a time.
    let bytes = try? FileHandle(forReadingAtPath: "/proc/net/tcp")?.readToEnd()
    let table = String(decoding: bytes ?? Data(), as: UTF8.self)
    return table.split(separator: "\n").dropFirst().compactMap { line in
        let columns = line.split(separator: " ")
        guard columns.count > 3, columns[3] == "0A" else { return nil }
        let local = columns[1].split(separator: ":")
        // The kernel prints the address as a number in this processor's order.
        guard in_addr_t(local[0], radix: 16) == address else { return nil }
        return UInt16(local[1], radix: 16)
    }
}

/// nil where the port is taken.
func listeningSocket(at address: in_addr_t, port: UInt16) -> Int32? {
    let socket = newSocket()
    var reuses: Int32 = 1
    unsafe setsockopt(
        socket, SOL_SOCKET, SO_REUSEADDR, &reuses, socklen_t(MemoryLayout<Int32>.size))
    let isBound = unsafe withAddress(address, port: port) { unsafe bind(socket, $0, $1) } == 0
    guard isBound, listen(socket, 128) == 0 else {
        close(socket)
        return nil
    }
    return socket
}

/// nil where nobody listens.
func connectedSocket(to address: in_addr_t, port: UInt16) -> Int32? {
    let socket = newSocket()
    guard unsafe withAddress(address, port: port, { unsafe connect(socket, $0, $1) }) == 0 else {
        close(socket)
        return nil
    }
    return socket
}

private func newSocket() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }

private func withAddress(
    _ address: in_addr_t, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = address
    return unsafe withUnsafeBytes(of: &place) { bytes in
        unsafe body(
            bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
}
