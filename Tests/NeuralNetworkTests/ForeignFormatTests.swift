import Bytes
import NeuralNetwork
import Testing

/// Files that are often named as weights and are none of safetensors.
struct ForeignFormatTests {
    private static func bytes(_ text: String, _ rest: String = "") -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } + Array(rest.utf8)
    }

    static let files: [([UInt8], name: String, remedy: String)] = [
        (bytes("PK\u{3}\u{4}", "....archive/data.pkl"), "a checkpoint of PyTorch", "torch.load"),
        (bytes("\u{80}\u{2}\u{8A}\nl"), "a checkpoint of PyTorch", "torch.load"),
        (bytes("PK\u{3}\u{4}", "....fc.weight.npy"), "NumPy's arrays", "numpy.load"),
        (bytes("PK\u{3}\u{4}", "....model.weights.h5"), "a model of Keras", "HDF5"),
        (bytes("PK\u{3}\u{4}", "....readme"), "a zip archive", "unpack"),
        (bytes("\u{93}NUMPY\u{1}\u{0}"), "one array of NumPy", "numpy.load"),
        (bytes("\u{89}HDF\r\n\u{1A}\n"), "HDF5", "h5py"),
        (bytes("\u{8}\u{7}\u{12}\u{7}pytorch"), "a model in ONNX", "onnx.load"),
        (bytes("\u{8}\u{1}\u{12}\u{7}graph"), "SavedModel", "model.variables"),
        (bytes("\u{1C}\u{0}\u{0}\u{0}TFL3"), "TensorFlow Lite", "the model that it was made of"),
        (bytes("\u{81}\u{A6}params"), "Flax", "msgpack_restore"),
        (bytes("MATLAB 5.0 MAT-file"), "MATLAB", "loadmat"),
        (bytes("<?xml version='1.0'?>"), "XML", ".safetensors"),
        (bytes("GGUF\u{3}"), "llama.cpp", "quantized"),
        (bytes("\u{1F}\u{8B}\u{8}"), "compressed", "gunzip"),
        (bytes("version https://git-lfs.github.com/spec/v1\n"), "Git LFS", "git lfs pull"),
        (bytes("<!DOCTYPE html>"), "a web page", "download it again"),
        (bytes("{\"metadata\": {}, \"weight_map\": {}}"), "several files", "weight_map"),
        (bytes("{\"a\": 1}"), "JSON", ".safetensors"),
        (bytes(String(repeating: "\u{0}", count: 257), "ustar"), "a tar archive", "unpack"),
        ([], "empty", "copy it again"),
    ]

    @Test(arguments: files)
    func isRecognised(bytes: [UInt8], name: String, remedy: String) throws {
        #expect(throws: SafeTensorsError.self) { try SafeTensorsFile(decoding: bytes) }
        let message = try #require(ForeignFormat(bytes)).message(path: "/tmp/my net.pt")
        #expect(message.contains(name) && message.contains(remedy))
    }

    @Test func theConversionNamesBothFiles() throws {
        let message = try #require(ForeignFormat(Self.files[0].0)).message(path: "/tmp/a b's.pt")
        #expect(message.hasSuffix(" '/tmp/a b'\\''s.pt' '/tmp/a b'\\''s.safetensors'"))
    }

    @Test func partsAreJoinedUnderTheNameOfTheWhole() throws {
        let index = Array("{\"weight_map\": {}}".utf8)
        let message = try #require(ForeignFormat(index))
            .message(path: "big/model.safetensors.index.json")
        #expect(message.hasSuffix("index.json' 'big/model.safetensors'"))
    }

    @Test func otherBytesAreUnknown() {
        #expect(ForeignFormat([1, 2, 3, 4, 5, 6, 7, 8, 9]) == nil)
    }
}
