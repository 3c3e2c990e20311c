/// A kind of file that is often taken for one of safetensors, and how it becomes one.
public struct ForeignFormat: Hashable, Sendable {
    /// What the file is: `a checkpoint of PyTorch`.
    public let name: String
    /// What to do, without the file's name: a command that takes two file names, or an advice.
    private let remedy: Remedy

    private enum Remedy: Hashable, Sendable {
        /// A Python program of one line, which reads its first argument and writes its second.
        case python(String)
        case advice(String)
    }

    private init(_ name: String, python: String) {
        (self.name, remedy) = (name, .python(python))
    }

    private init(_ name: String, advice: String) {
        (self.name, remedy) = (name, .advice(advice))
    }

    /// What is wrong and what to do, for a file of this path.
    public func message(path: String) -> String {
        switch remedy {
        case .advice(let advice): return "it is \(name): \(advice)"
        case .python(let program):
            let target = Self.stem(of: path) + ".safetensors"
            let words = [path, target].map { "'" + $0.replacing("'", with: "'\\''") + "'" }
            return "it is \(name), and weights are read from safetensors; convert it:\n  python3 -c"
                + " '\(program)' \(words.joined(separator: " "))"
        }
    }

    /// The path without what its name ends with.
    private static func stem(of path: String) -> String {
        let index = ".safetensors.index.json"
        guard !path.hasSuffix(index) else { return String(path.dropLast(index.count)) }
        let file = path.split(separator: "/").last ?? ""
        guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return path }
        return String(path[..<dot])
    }
}

extension ForeignFormat {
    /// Recognises the bytes of a file that is none of safetensors; nil for bytes of no known kind.
    public init?(_ bytes: [UInt8]) {
        guard let known = Self.known.first(where: { $0.matches(bytes) }) else { return nil }
        self = known.format
    }

    private struct Known: Sendable {
        let format: ForeignFormat
        let matches: @Sendable ([UInt8]) -> Bool
    }

    private static func beginning(
        _ magics: String..., is format: ForeignFormat
    ) -> Known {
        let magics = magics.map { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
        return Known(format: format) { bytes in magics.contains { bytes.starts(with: $0) } }
    }

    private static func zip(holding text: String, is format: ForeignFormat) -> Known {
        Known(format: format) { bytes in
            bytes.starts(with: "PK\u{3}\u{4}".utf8) && bytes.contains(text)
        }
    }

    /// The more specific before the more general.
    private static let known: [Known] = [
        Known(
            format: ForeignFormat("empty", advice: "it was not written to its end; copy it again")
        ) {
            $0.isEmpty
        },
        zip(holding: "data.pkl", is: pyTorch),
        zip(holding: ".npy", is: arrays),
        zip(holding: "model.weights.h5", is: keras),
        beginning(
            "PK\u{3}\u{4}",
            is: ForeignFormat("a zip archive", advice: "unpack it, and name the weights in it")),
        beginning("\u{80}\u{2}", "\u{80}\u{3}", "\u{80}\u{4}", "\u{80}\u{5}", is: pyTorch),
        beginning("\u{89}HDF\r\n\u{1A}\n", is: hdf5),
        beginning("\u{93}NUMPY", is: array),
        beginning(
            "GGUF",
            is: ForeignFormat(
                "a model of llama.cpp (GGUF)",
                advice: "its weights are quantized; take the original ones as safetensors")),
        beginning(
            "\u{1F}\u{8B}", "BZh", "\u{FD}7zXZ", "\u{28}\u{B5}\u{2F}\u{FD}",
            is: ForeignFormat(
                "compressed", advice: "unpack it, as by gunzip, bunzip2, unxz or unzstd")),
        beginning(
            "version https://git-lfs",
            is: ForeignFormat(
                "a pointer of Git LFS", advice: "fetch the file itself by `git lfs pull`")),
        beginning(
            "<!", "<html", "<HTML",
            is: ForeignFormat(
                "a web page", advice: "the download answered something else; download it again")),
        beginning(
            "<?xml",
            is: ForeignFormat(
                "XML", advice: "name the file with the weights, which ends in .safetensors")),
        beginning("MATLAB", is: matlab),
        beginning("\u{8}\u{1}\u{12}", is: savedModel),
        Known(format: tensorFlowLite) { $0.count >= 8 && $0[4..<8].elementsEqual("TFL3".utf8) },
        // A map of MessagePack whose first key is a short text.
        Known(format: flax) { bytes in
            bytes.count > 2 && (0x81...0x8F).contains(bytes[0])
                && (0xA1...0xBF).contains(bytes[1])
        },
        Known(format: shards) { $0.first == UInt8(ascii: "{") && $0.contains("\"weight_map\"") },
        Known(
            format: ForeignFormat(
                "JSON", advice: "name the file with the weights, which ends in .safetensors")
        ) { $0.first == UInt8(ascii: "{") || $0.first == UInt8(ascii: "[") },
        Known(format: tar) { $0.count >= 262 && $0[257..<262].elementsEqual("ustar".utf8) },
        Known(format: onnx) { bytes in
            // Protobuf: field 1, the version of the format, then the producer's name or the graph.
            bytes.count > 4 && bytes[0] == 0x08 && (0x02..<0x40).contains(bytes[1])
                && [0x12, 0x1A, 0x3A, 0x42].contains(bytes[2])
        },
    ]

    private static let pyTorch = ForeignFormat(
        "a checkpoint of PyTorch",
        python: "import sys, torch; from safetensors.torch import save_file;"
            + " d = torch.load(sys.argv[1], map_location=\"cpu\");"
            + " d = d if isinstance(d, dict) else d.state_dict();"
            + " d = d.get(\"state_dict\", d.get(\"model\", d));"
            + " save_file({k: v.clone().contiguous() for k, v in d.items()"
            + " if torch.is_tensor(v)}, sys.argv[2])")

    private static let array = ForeignFormat(
        "one array of NumPy, without a name",
        python: "import sys, numpy; from safetensors.numpy import save_file;"
            + " save_file({\"NAME\": numpy.load(sys.argv[1])}, sys.argv[2])")

    private static let arrays = ForeignFormat(
        "an archive of NumPy's arrays",
        python: "import sys, numpy; from safetensors.numpy import save_file;"
            + " save_file(dict(numpy.load(sys.argv[1])), sys.argv[2])")

    private static let hdf5 = ForeignFormat(
        "HDF5, as Keras writes it",
        python: "import sys, h5py; from safetensors.numpy import save_file; d = {};"
            + " h5py.File(sys.argv[1]).visititems(lambda k, v:"
            + " d.update({k.replace(\"/\", \".\"): v[()]}) if hasattr(v, \"dtype\") else None);"
            + " save_file(d, sys.argv[2])")

    private static let keras = ForeignFormat(
        "a model of Keras", advice: "save its weights as HDF5, and convert these to safetensors")

    private static let onnx = ForeignFormat(
        "a model in ONNX",
        python: "import sys, onnx; from onnx.numpy_helper import to_array;"
            + " from safetensors.numpy import save_file;"
            + " save_file({t.name: to_array(t).copy() for t in"
            + " onnx.load(sys.argv[1]).graph.initializer}, sys.argv[2])")

    private static let shards = ForeignFormat(
        "the index of weights that are divided among several files",
        python: "import sys, json, os; from safetensors.torch import load_file, save_file;"
            + " d = os.path.dirname(sys.argv[1]) or \".\";"
            + " f = set(json.load(open(sys.argv[1]))[\"weight_map\"].values());"
            + " save_file({k: v for p in f for k, v in load_file(os.path.join(d, p)).items()},"
            + " sys.argv[2])")

    private static let matlab = ForeignFormat(
        "a file of MATLAB's",
        python: "import sys; from scipy.io import loadmat; from safetensors.numpy import save_file;"
            + " save_file({k: v.copy(order=\"C\") for k, v in loadmat(sys.argv[1]).items()"
            + " if k[0] != \"_\"}, sys.argv[2])")

    private static let flax = ForeignFormat(
        "a checkpoint of Flax",
        python: "import sys; from flax.serialization import msgpack_restore;"
            + " from flax.traverse_util import flatten_dict;"
            + " from safetensors.numpy import save_file;"
            + " save_file(flatten_dict(msgpack_restore(open(sys.argv[1], \"rb\").read()),"
            + " sep=\".\"), sys.argv[2])")

    private static let savedModel = ForeignFormat(
        "a model of TensorFlow (SavedModel)",
        advice: "load it in TensorFlow, and save `{v.name: v.numpy() for v in model.variables}` by"
            + " safetensors.numpy.save_file")

    private static let tensorFlowLite = ForeignFormat(
        "a model of TensorFlow Lite",
        advice: "its weights are made for inference; take the model that it was made of")

    private static let tar = ForeignFormat(
        "a tar archive", advice: "unpack it, and name the weights in it")
}

extension [UInt8] {
    /// Whether a text stands anywhere in the first or last 64 KiB, where archives have their names.
    fileprivate func contains(_ text: String) -> Bool {
        let size = 1 << 16
        return [prefix(size), suffix(size)].contains { $0.firstRange(of: text.utf8) != nil }
    }
}
