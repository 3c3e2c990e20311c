import Bytes
import Foundation
import Testing

/// The format, byte for byte.
@Suite(.timeLimit(.minutes(1)))
struct SafeTensorsTests {
    @Test func goldenBytesAreReadAndWritten() throws {
        let file = try SafeTensorsFile(decoding: goldenBytes())
        #expect(file.metadata == ["format": "pt", "step": "12"])
        #expect(file.tensors["w"]?.shape == [2, 2])
        #expect(file.tensors["w"]?.floats == [0, 1, 2, 3])
        #expect(file.encoded() == goldenBytes())
    }

    @Test func everyTypeSurvives() throws {
        var file = SafeTensorsFile(metadata: ["quote\"\\": "tab\t, é, \u{1}, \u{1F600}"])
        for dtype in SafeTensor.DType.allCases {
            file.tensors[dtype.rawValue] = SafeTensor(dtype, shape: [0, 3], bytes: [])
        }
        file.tensors["ints"] = SafeTensor(int64s: [.min, -1, 0, .max], shape: [2, 2])
        file.tensors["floats"] = SafeTensor(
            floats: [-0.0, .infinity, .leastNonzeroMagnitude], shape: [3])
        file.tensors["scalar"] = SafeTensor(floats: [.pi], shape: [])
        file.tensors["half"] = SafeTensor(.f4, shape: [2, 3], bytes: [1, 2, 3])
        let decoded = try SafeTensorsFile(decoding: file.encoded())
        #expect(decoded == file)
        #expect(decoded.tensors["ints"]?.int64s == [.min, -1, 0, .max])
        #expect(decoded.tensors["ints"]?.floats == nil)
    }

    /// Wider types first, and types in the order that the Rust library gives them.
    @Test func tensorsLieInCanonicalOrder() throws {
        let bits: [(SafeTensor.DType, Int)] = [
            (.u64, 8), (.i64, 8), (.f64, 8), (.c64, 8), (.f32, 4), (.u32, 4), (.i32, 4), (.bf16, 2),
            (.f16, 2), (.u16, 2), (.i16, 2), (.f8E8M0, 1), (.f8E4M3, 1), (.f8E5M2, 1), (.i8, 1),
            (.u8, 1), (.bool, 1),
        ]
        var file = SafeTensorsFile()
        for (index, (dtype, size)) in bits.enumerated() {
            let fill = [UInt8](repeating: UInt8(index), count: size)
            file.tensors["t\(99 - index)"] = SafeTensor(dtype, shape: [1], bytes: fill)
        }
        let data = file.encoded().suffix(bits.reduce(0) { $0 + $1.1 })
        #expect(
            Array(data)
                == bits.enumerated().flatMap {
                    [UInt8](repeating: UInt8($0.offset), count: $0.element.1)
                })
    }

    @Test(arguments: [
        ("{}", 0), (" {}", 0), ("{}\n\n", 0),
        (#"{"w":{"a":[1,{"b":null}],"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0),
        (#"{"\u0077\ud83d\ude00":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, 4),
        (
            #"{"__metadata__":{}, "a" : {"shape":[2],"data_offsets":[2,4],"dtype":"U8"},"#
                + entry("b", "U8", "[2,1]", "[0,2]") + "}", 4
        ),
    ])
    func unusualHeadersAreRead(header: String, size: Int) throws {
        _ = try SafeTensorsFile(decoding: safeTensors(header, data: size))
    }

    @Test func filesAreReplacedAsAWhole() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let url = directory.appending(path: "model.safetensors")
        for value in [1, 2] as [Float] {
            let file = SafeTensorsFile(tensors: ["w": SafeTensor(floats: [value], shape: [1])])
            try file.write(to: url)
            #expect(try SafeTensorsFile(contentsOf: url) == file)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
    }

    @Test func aDamagedFileIsNamed() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        try Data([1, 2, 3]).write(to: url)
        let error = #expect(throws: SafeTensorsError.self) {
            try SafeTensorsFile(contentsOf: url)
        }
        #expect(error?.file == url.path)
    }
}
