import Bytes
import Testing

/// What is no safetensors file is refused, whatever the bytes.
@Suite(.timeLimit(.minutes(1)))
struct SafeTensorsRefusalTests {
    @Test(arguments: [
        ([entry("w", "F32", "[1]", "[0,4]")], 5, "holds"),
        ([entry("w", "F32", "[1]", "[1,5]")], 5, "hole"),
        ([entry("w", "F32", "[1]", "[0,4]"), entry("v", "F32", "[1]", "[2,6]")], 6, "overlaps"),
        ([entry("w", "F32", "[1]", "[0,4]"), entry("v", "F32", "[1]", "[0,4]")], 4, "overlaps"),
        ([entry("w", "F32", "[2]", "[0,4]")], 4, "take"),
        ([entry("w", "F4", "[3]", "[0,2]")], 2, "take"),
        ([entry("w", "F32", "[1]", "[0,4]")], 3, "holds"),
        ([entry("w", "f32", "[1]", "[0,4]")], 4, "dtype"),
        ([entry("w", "F31", "[1]", "[0,4]")], 4, "dtype"),
        ([entry("w", "F32", "[1]", "[4,0]")], 4, "needs"),
        ([entry("w", "F32", "[1]", "[0,4,8]")], 4, "needs"),
        ([entry("w", "F32", "[-1]", "[0,4]")], 4, "whole number"),
        ([entry("w", "F32", "[1.0]", "[0,4]")], 4, "whole number"),
        ([entry("w", "F32", "[1e0]", "[0,4]")], 4, "whole number"),
        ([entry("w", "F32", "[01]", "[0,4]")], 4, "whole number"),
        ([entry("w", "F32", "[99999999999999999999]", "[0,4]")], 4, "whole"),
        ([entry("w", "F32", "[4611686018427387904,4,0]", "[0,0]")], 0, "take"),
        ([entry("w", "U8", "[0]", "[0,0]"), entry("w", "U8", "[0]", "[0,0]")], 0, "twice"),
    ])
    func tensorsThatDoNotFillTheDataAreRefused(entries: [String], size: Int, reason: String) {
        expectRefusal("{\(entries.joined(separator: ","))}", size, reason)
    }

    @Test(arguments: [
        (#"{"w":{"dtype":"F32","shape":[1],"offsets":[0,4]}}"#, 4, "needs"),
        (#"{"w":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, "twice"),
        (#"{"__metadata__":{"a":"1","a":"2"}}"#, 0, "twice"),
        (#"{"__metadata__":{"a":1}}"#, 0, "expected"),
        (#"{"__metadata__":{"a":{"b":"c"}}}"#, 0, "expected"),
        (#"{"w":{"extra":nul,"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, "value"),
        (#"{"w":{"extra":01,"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, "value"),
        (#"{"\ud83dx":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, "surrogate"),
        (#"{"\x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, "escape"),
        ("{\"a\nb\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0, "string"),
        ("{}x", 0, "follows"), ("{},", 0, "follows"), ("[]", 0, "expected"), ("", 0, "expected"),
        (#"{"a":}"#, 0, "expected"), (#"{"a":{},}"#, 0, "needs"),
    ])
    func malformedHeadersAreRefused(header: String, size: Int, reason: String) {
        expectRefusal(header, size, reason)
    }

    @Test func deepNestingIsRefusedWithoutRecursion() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(throws: SafeTensorsError.self) {
            try SafeTensorsFile(decoding: safeTensors("{\"w\":{\"x\":\(deep)", data: 0))
        }
    }

    @Test(arguments: [100_000_001, 1 << 62, UInt64.max])
    func anImpossibleHeaderSizeIsRefused(size: UInt64) {
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
        bytes += Array("{}".utf8)
        #expect(throws: SafeTensorsError.self) { try SafeTensorsFile(decoding: bytes) }
    }

    @Test func everyTruncationIsRefused() {
        let bytes = goldenBytes()
        for length in 0..<bytes.count {
            #expect(throws: SafeTensorsError.self) {
                try SafeTensorsFile(decoding: Array(bytes[..<length]))
            }
        }
    }

    /// Whatever changes, decoding ends; and what decodes can be written and read again.
    @Test func mutationsNeverTrap() throws {
        let original = goldenBytes()
        let key = RandomKey(seed: 11)
        for round in 0..<20_000 {
            let draw = key.child(round)
            var bytes = original
            for change in 0...draw.integer(below: 3, at: 0) {
                let place = draw.integer(below: bytes.count, at: 2 * change + 1)
                bytes[place] = UInt8(draw.integer(below: 256, at: 2 * change + 2))
            }
            if let file = try? SafeTensorsFile(decoding: bytes) {
                #expect(try SafeTensorsFile(decoding: file.encoded()) == file)
            }
        }
    }

    private func expectRefusal(_ header: String, _ size: Int, _ reason: String) {
        let error = #expect(throws: SafeTensorsError.self) {
            try SafeTensorsFile(decoding: safeTensors(header, data: size))
        }
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }
}
