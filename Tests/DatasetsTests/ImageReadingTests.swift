import Datasets
import Foundation
import ImageDecoding
import Options
import Synchronization
import Testing

/// Files that are not what their names promise, and several processes that read the same ones.
@Suite(.timeLimit(.minutes(1))) struct ImageReadingTests {
    private static let pets = ["p/cat/a.png": "images/rgb.png", "p/dog/b.jpg": "images/photo.jpg"]

    /// As several learners of a host: each waits for the one that decodes, and maps its file.
    @Test(arguments: 1...20) func readersThatWaitShareOneCache(_ round: Int) throws {
        try withImages(Self.pets) { folder in
            let remarks = Mutex([String]())
            let group = DispatchGroup()
            for _ in 0..<8 {
                group.enter()
                Thread.detachNewThread {
                    let found = try? loadImages(folder, ["folder": .written("\(folder)/p")]).remarks
                    remarks.withLock { $0 += found ?? ["failed"] }
                    group.leave()
                }
            }
            group.wait()
            #expect(remarks.withLock { $0 } == [])
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache")
            #expect(files.count == 1 && !files[0].contains("partial"), "\(files)")
        }
    }

    /// A picture that is replaced after its digest gave the cache its name is not decoded.
    @Test func aPictureThatChangesIsRefused() throws {
        try withImages(Self.pets) { folder in
            let paths = ["\(folder)/p/cat/a.png", "\(folder)/p/dog/b.jpg"]
            let reader = try ImageReader(surveying: paths)
            let form = ImageForm(
                size: [4, 4], fit: .crop, filter: .area, color: .rgb, background: 0)
            var count = 0
            try reader.samples(form, size: [4, 4]) { _ in count += 1 }
            #expect(count == 2)
            try write(Expected.bytes("images/grey.png"), to: paths[0])
            let text = message { try reader.samples(form, size: [4, 4]) { _ in } }
            #expect(text == "\(paths[0]): changed while it was read; start again")
        }
    }

    /// A file whose end never comes would be waited for without end.
    @Test(arguments: ["/dev/zero", "pipe"]) func pipesAndDevicesAreRefused(_ kind: String) throws {
        try withImages(Self.pets) { folder in
            let path = "\(folder)/p/cat/c.jpg"
            if kind == "pipe" {
                let process = Process()
                process.executableURL = URL(filePath: "/usr/bin/mkfifo")
                process.arguments = [path]
                try process.run()
                process.waitUntilExit()
            } else {
                try FileManager.default.createSymbolicLink(
                    atPath: path, withDestinationPath: kind)
            }
            let options = ["folder": Setting.written("\(folder)/p")]
            #expect(exitCode { try loadImages(folder, options) } == .missingFile)
            #expect(
                message { try loadImages(folder, options) }
                    == "\(path): is a pipe, a socket or a device; save its contents as a file")
        }
    }

    @Test func aHugeFileIsRefusedBeforeItIsRead() throws {
        try withImages(Self.pets) { folder in
            let path = "\(folder)/p/cat/c.jpg"
            try writeSparse(50 << 30, to: path)
            let options = ["folder": Setting.written("\(folder)/p")]
            #expect(exitCode { try loadImages(folder, options) } == .corruptData)
            #expect(message { try loadImages(folder, options) }.contains("has 53687091200 bytes"))
        }
    }

    /// Compressed texts of a PNG file take no memory, however large they are, or how many: these
    /// would be 780 MB.
    @Test func textsOfAnImageAreSkipped() throws {
        var file = try Expected.bytes("images/rgb.png")
        let text = Self.chunk("zTXt", Array("Comment\0\0".utf8) + Self.deflatedZeros(31_000))
        file.insert(contentsOf: (0..<98).flatMap { _ in text }, at: 33)
        try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .ascii)
        let before = try Self.peak()
        let image = try DecodedImage(file)
        #expect(try Self.peak() - before < 500_000)
        #expect(try image == DecodedImage(Expected.bytes("images/rgb.png")))
    }

    /// The most memory that this process had since it was reset, in kB.
    private static func peak() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return try #require(line?.split(separator: " ").dropLast().last.flatMap { Int($0) })
    }

    /// A zlib stream of fixed codes: a zero byte, and `count` copies of the 258 bytes before. It
    /// lacks the checksum at its end.
    private static func deflatedZeros(_ count: Int) -> [UInt8] {
        var (bytes, bits, width) = ([0x78, 0x9C] as [UInt8], 0, 0)
        func write(_ number: Int, _ size: Int) {
            bits |= number << width
            width += size
            while width >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: bits))
                (bits, width) = (bits >> 8, width - 8)
            }
        }
        write(0b011, 3)
        write(0b0000_1100, 8)
        // Code 285 for a length of 258, whose bits begin with the highest, and a distance of 1.
        for _ in 0..<count { write(0b00000_10100011, 13) }
        write(0, 16)
        return bytes
    }

    private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        func big(_ number: Int) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        }
        let body = Array(name.utf8) + data
        let crc = ~body.reduce(~0 as UInt32) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
                crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
            }
        }
        return big(data.count) + body + big(Int(crc))
    }

    /// Four processors, a thousand bytes.
    @Test func imagesAreDecodedWithinAPartOfTheMemory() {
        let memory = DecodingMemory(bytes: 1000, processors: 4)
        func batches(_ costs: [Int], _ sample: Int = 1) -> [Range<Int>] {
            memory.batches(of: costs, keeping: sample)
        }
        #expect(batches([]) == [])
        #expect(batches([9000, 1, 9000]) == [0..<1, 1..<2, 2..<3], "what is too large is alone")
        #expect(batches([400, 400, 400, 400, 400]) == [0..<2, 2..<4, 4..<5])
        #expect(
            batches([Int](repeating: 250, count: 300)) == [0..<128, 128..<256, 256..<300],
            "four at a time fit")
        #expect(batches([Int](repeating: 1, count: 5), 400) == [0..<2, 2..<4, 4..<5])
        #expect(batches([Int](repeating: 1, count: 3), 5000) == [0..<1, 1..<2, 2..<3])
    }
}
