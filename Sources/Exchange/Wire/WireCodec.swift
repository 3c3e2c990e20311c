import CohortGraph

/// Writes messages as frames, and reads frames that may hold anything.
public enum WireCodec {
    /// The version of the format that is written, and the only one that is read.
    public static let version = Int(WireHeader.version)
    /// The longest name of a learner, in bytes of UTF-8.
    public static let longestName = WireHeader.nameBytes
    /// A message carries no more tensors than this.
    public static let mostTensors = 64

    /// The frames of a message: the header, the body, then a descriptor and the payload of each
    /// tensor.
    public static func encode(_ message: Message) -> [[UInt8]] {
        var rest = [message.content.encodedBody()]
        if case .knowledge(let tensors) = message.content {
            precondition(tensors.count <= mostTensors, "a message carries at most 64 tensors")
            rest += tensors.flatMap { [$0.encodedDescriptor(), $0.payload] }
        }
        let header = WireHeader(
            kind: message.content.kind, sender: message.sender, position: message.position,
            tensorCount: (rest.count - 1) / 2)
        return [header.encoded(followedBy: rest)] + rest
    }

    /// Reads a message from any frames.
    ///
    /// Memory is taken for what the frames hold, never for what they claim.
    /// - Parameter limit: the most bytes that all frames together may have.
    /// - Throws: ``WireError`` naming the first field that is wrong.
    public static func decode(
        _ frames: [[UInt8]], limit: Int = 64 << 20
    ) throws(WireError) -> Message {
        guard 2...(2 + 2 * mostTensors) ~= frames.count else {
            throw WireError(.frames, "\(frames.count) frames")
        }
        let size = frames.reduce(0) { $0 + $1.count }
        guard size <= limit else { throw WireError(.size, "\(size) bytes, \(limit) allowed") }
        let header = try WireHeader(frames)
        guard frames.count == 2 + 2 * header.tensorCount else {
            throw WireError(
                .tensorCount, "\(header.tensorCount) tensors stated in \(frames.count) frames")
        }
        var tensors: [KnowledgeTensor] = []
        for index in stride(from: 2, to: frames.count, by: 2) {
            tensors.append(
                try KnowledgeTensor(descriptor: frames[index], payload: frames[index + 1]))
        }
        let content = try Content(header.kind, body: frames[1], tensors: tensors)
        return Message(sender: header.sender, position: header.position, content: content)
    }

    /// The bytes of all frames of a message, without encoding it.
    package static func byteCount(of message: Message) -> Int {
        guard case .knowledge(let tensors) = message.content else {
            return WireHeader.byteCount + message.content.encodedBody().count
        }
        return tensors.reduce(WireHeader.byteCount) { sum, tensor in
            sum + 4 + tensor.name.utf8.count + 4 * tensor.shape.count + tensor.payload.count
        }
    }
}
