import Bytes
import NeuralNetwork

/// A computation as ONNX describes it: nodes in their order, and the tensors that they begin with.
///
/// The messages and the numbers of their fields are those of `onnx.proto3`, version 8 of the
/// format; operators are of version 17.
struct ONNXGraph {
    /// The value of a node's attribute.
    enum Attribute {
        case integer(Int)
        case integers([Int])
        case float(Float)
    }

    /// An extent of a tensor that comes in or goes out.
    enum Extent {
        case fixed(Int)
        /// Any extent, by a name.
        case free(String)
    }

    /// The type of a tensor's elements.
    enum ElementType: Int {
        case float = 1
        case uint8 = 2
        case int8 = 3
        case int64 = 7
        case bool = 9
    }

    private var nodes: [ProtobufWriter] = []
    private var tensors: [ProtobufWriter] = []
    private var input = ProtobufWriter()
    private var output = ProtobufWriter()
    private var names = 0

    /// Appends a node with one result.
    ///
    /// - Parameter result: the name of the result; nil for a new one.
    /// - Returns: the name of the result.
    @discardableResult mutating func node(
        _ kind: String, _ operands: [String], result: String? = nil,
        _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) -> String {
        let result = result ?? newName(kind)
        nodes.append(
            .message { node in
                for operand in operands { node.text(1, operand) }
                node.text(2, result)
                node.text(3, result)
                node.text(4, kind)
                for (name, value) in attributes { node.message(5) { $0.attribute(name, value) } }
            })
        return result
    }

    /// Adds a tensor of floats.
    ///
    /// - Parameter name: nil for a new one.
    /// - Returns: its name.
    @discardableResult mutating func tensor(_ tensor: Tensor, named name: String? = nil) -> String {
        let name = name ?? newName("constant")
        tensors.append(
            .message { message in
                message.integers(1, tensor.shape)
                message.integer(2, ElementType.float.rawValue)
                message.text(8, name)
                message.bytes(9, tensor.values.flatMap { littleEndian($0.bitPattern) })
            })
        return name
    }

    /// Adds a tensor of bytes.
    ///
    /// - Parameters:
    ///   - type: signed or unsigned bytes.
    ///   - name: nil for a new one.
    /// - Returns: its name.
    mutating func bytes(
        _ values: [UInt8], _ type: ElementType, shape: [Int], named name: String? = nil
    ) -> String {
        let name = name ?? newName("bytes")
        tensors.append(
            .message { message in
                message.integers(1, shape)
                message.integer(2, type.rawValue)
                message.text(8, name)
                message.bytes(9, values)
            })
        return name
    }

    /// Adds a tensor of one dimension, or of none for a single number.
    ///
    /// - Returns: its name.
    mutating func integers(_ values: [Int], isScalar: Bool = false) -> String {
        let name = newName("integers")
        tensors.append(
            .message { message in
                message.integers(1, isScalar ? [] : [values.count])
                message.integer(2, ElementType.int64.rawValue)
                message.text(8, name)
                message.bytes(9, values.flatMap { littleEndian(UInt64(bitPattern: Int64($0))) })
            })
        return name
    }

    /// Declares what comes in.
    mutating func setInput(_ name: String, _ type: ElementType, _ shape: [Extent]) {
        input = .message { $0.value(name, type, shape) }
    }

    /// Declares what goes out, of floats.
    mutating func setOutput(_ name: String, _ shape: [Extent]) {
        output = .message { $0.value(name, .float, shape) }
    }

    /// The bytes of a file: a message of type ModelProto.
    ///
    /// - Parameter metadata: written in the order of the names.
    func model(named name: String, metadata: [String: String]) -> [UInt8] {
        ProtobufWriter.message { model in
            model.integer(1, 8)
            model.text(2, "cohort")
            model.message(7) { graph in
                for node in nodes { graph.bytes(1, node.bytes) }
                graph.text(2, name)
                for tensor in tensors { graph.bytes(5, tensor.bytes) }
                graph.bytes(11, input.bytes)
                graph.bytes(12, output.bytes)
            }
            model.message(8) { operators in
                operators.text(1, "")
                operators.integer(2, 17)
            }
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                model.message(14) { entry in
                    entry.text(1, key)
                    entry.text(2, value)
                }
            }
        }.bytes
    }

    private mutating func newName(_ kind: String) -> String {
        defer { names += 1 }
        return "\(kind.lowercased())_\(names)"
    }
}

extension ProtobufWriter {
    /// The fields of an AttributeProto.
    fileprivate mutating func attribute(_ name: String, _ value: ONNXGraph.Attribute) {
        text(1, name)
        switch value {
        case .float(let number):
            float(2, number)
            integer(20, 1)
        case .integer(let number):
            integer(3, number)
            integer(20, 2)
        case .integers(let numbers):
            integers(8, numbers)
            integer(20, 7)
        }
    }

    /// The fields of a ValueInfoProto.
    fileprivate mutating func value(
        _ name: String, _ type: ONNXGraph.ElementType, _ shape: [ONNXGraph.Extent]
    ) {
        text(1, name)
        message(2) { declared in
            declared.message(1) { tensor in
                tensor.integer(1, type.rawValue)
                tensor.message(2) { extents in
                    for extent in shape { extents.message(1) { $0.extent(extent) } }
                }
            }
        }
    }

    private mutating func extent(_ extent: ONNXGraph.Extent) {
        switch extent {
        case .fixed(let count): integer(1, count)
        case .free(let name): text(2, name)
        }
    }
}

private func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    stride(from: 0, to: T.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
}
