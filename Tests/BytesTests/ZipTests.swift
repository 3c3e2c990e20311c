import Bytes
import Testing

/// Archives that Python's `zipfile` wrote.
@Suite(.timeLimit(.minutes(1))) struct ZipTests {
    /// `a.txt` stored and `b/ü.txt` deflated, "hello" and "abcabc…" of 60 bytes.
    private static let archive: [UInt8] = bytes(
        """
        504b03041400000000000000210086a61036050000000500000005000000612e74787468656c6c6f
        504b0304140000080800000021002dfa91e1080000003c00000008000000622fc3bc2e7478744b4c
        4a4e24170100504b010214031400000000000000210086a610360500000005000000050000000000
        000000000000800100000000612e747874504b01021403140000080800000021002dfa91e1080000
        003c000000080000000000000000000000800128000000622fc3bc2e747874504b05060000000002
        00020069000000560000000000
        """)

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.filter(\.isHexDigit)
        return stride(from: 0, to: digits.count, by: 2).compactMap { start in
            let from = digits.index(digits.startIndex, offsetBy: start)
            return UInt8(digits[from..<digits.index(from, offsetBy: 2)], radix: 16)
        }
    }

    private func failure(_ body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test func membersAreRead() throws {
        let zip = try Zip(Self.archive)
        #expect(zip.names == ["a.txt", "b/ü.txt"])
        #expect(try zip.contents(of: "a.txt") == Array("hello".utf8))
        let text = String(repeating: "abc", count: 20)
        #expect(try zip.contents(of: "b/ü.txt") == Array(text.utf8))
    }

    @Test func aMissingMemberIsNamed() throws {
        let zip = try Zip(Self.archive)
        #expect(failure { try zip.contents(of: "c") } == "it has no member 'c'")
    }

    @Test func contentsAreLimited() throws {
        let zip = try Zip(Self.archive)
        #expect(failure { try zip.contents(of: "b/ü.txt", limit: 59) }.contains("claims 60 bytes"))
    }

    /// A cut archive has no directory; one with a changed byte is refused or reads the same.
    @Test func damageIsNoticed() throws {
        for count in 0..<Self.archive.count {
            #expect(throws: Zip.Failure.self) { try Zip(Array(Self.archive.prefix(count))) }
        }
        for index in Self.archive.indices {
            var damaged = Self.archive
            damaged[index] ^= 0x55
            guard let zip = try? Zip(damaged) else { continue }
            for name in zip.names {
                guard let contents = try? zip.contents(of: name) else { continue }
                #expect(contents.count == 5 || contents.count == 60, "byte \(index)")
            }
        }
    }
}
