import Foundation

/// A folder that is there while `body` runs.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

/// A folder with files in it, by their paths inside it, that is there while `body` runs.
func withFiles<T>(_ files: [String: [UInt8]], _ body: (String) throws -> T) throws -> T {
    try withTemporaryFolder { folder in
        for (path, bytes) in files {
            let url = URL(filePath: folder).appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
        return try body(folder)
    }
}

/// Writes a file and returns its path.
@discardableResult
func write(_ bytes: [UInt8], to path: String) throws -> String {
    try Data(bytes).write(to: URL(filePath: path))
    return path
}

/// Writes a file of `count` zero bytes with a few others in it, without holding it in memory.
func writeSparse(_ count: UInt64, to path: String, except: [UInt64: UInt8] = [:]) throws {
    try Data().write(to: URL(filePath: path))
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.truncate(atOffset: count)
    for (offset, byte) in except {
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data([byte]))
    }
    try file.close()
}

/// A gzip stream of one stored block.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    let crc = ~bytes.reduce(~0 as UInt32) { crc, byte in
        (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
            crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
        }
    }
    let count = UInt16(bytes.count)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(count) + little(~count) + bytes
        + little(crc) + little(UInt32(bytes.count))
}

private func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    stride(from: 0, to: T.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
}
