import Bytes
import CohortGraph

extension JournalRecord {
    var kindNumber: UInt32 {
        switch self {
        case .published: JournalKind.published.rawValue
        case .used: JournalKind.used.rawValue
        case .end: JournalKind.end.rawValue
        case .other(let kind, _): kind
        }
    }

    func encodedBody() -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: byteEstimate)
        switch self {
        case .published(let knowledge): writer.knowledge(knowledge)
        case .used(let used): writer.used(used)
        case .end(let lastStep): writer.littleEndian(UInt64(lastStep))
        case .other(_, let body): return body
        }
        return writer.bytes
    }

    private var byteEstimate: Int {
        guard case .published(let knowledge) = self else { return 64 }
        return knowledge.tensors.reduce(64) { $0 + $1.payload.count + 320 }
    }

    /// - Throws: ``WireError`` for a body that is not of its kind.
    init(kindNumber: UInt32, body: ArraySlice<UInt8>) throws(WireError) {
        guard let kind = JournalKind(rawValue: kindNumber) else {
            self = .other(kind: kindNumber, body: Array(body))
            return
        }
        var fields = FieldReader(body)
        switch kind {
        case .published: self = .published(try fields.knowledge())
        case .used: self = .used(try fields.used())
        case .end: self = .end(lastStep: try fields.step())
        }
        try fields.finish(.body)
    }
}

extension ByteWriter {
    fileprivate mutating func knowledge(_ knowledge: Knowledge) {
        littleEndian(UInt32(knowledge.epoch))
        littleEndian(UInt64(knowledge.step))
        littleEndian(knowledge.round.rawValue)
        littleEndian(knowledge.batchDigest)
        littleEndian(UInt16(knowledge.tensors.count))
        for tensor in knowledge.tensors {
            let descriptor = tensor.encodedDescriptor()
            littleEndian(UInt16(descriptor.count))
            append(descriptor)
            littleEndian(UInt32(tensor.payload.count))
            append(tensor.payload)
        }
    }

    fileprivate mutating func used(_ used: UsedKnowledge) {
        littleEndian(UInt64(used.step))
        littleEndian(used.round.rawValue)
        littleEndian(UInt16(used.teachers.count))
        for teacher in used.teachers {
            text(teacher.name)
            switch teacher.origin {
            case .absent(let reason):
                littleEndian(UInt8(0))
                text(reason)
            case .taught(let reference):
                littleEndian(UInt8(1))
                littleEndian(UInt32(reference.epoch))
                littleEndian(UInt64(reference.step))
                littleEndian(reference.round.rawValue)
                littleEndian(reference.digest)
            case .late(let knowledge):
                littleEndian(UInt8(2))
                self.knowledge(knowledge)
            }
        }
    }
}

extension JournalKind {
    /// The step and round of a body, where its kind has them at its head.
    ///
    /// - Throws: ``WireError`` for a body that is not of its kind.
    func slot(of body: [UInt8]) throws(WireError) -> Slot? {
        var fields = FieldReader(body[...])
        switch self {
        case .published: return try fields.place().slot
        case .used:
            return Slot(step: try fields.step(), round: try fields.round())
        case .end: return nil
        }
    }
}

extension FieldReader {
    /// The epoch, step and round at the head of a published body.
    mutating func place() throws(WireError) -> (epoch: Int, slot: Slot) {
        let epoch = Int(try integer(UInt32.self, .body))
        return (epoch, Slot(step: try step(), round: try round()))
    }

    fileprivate mutating func step() throws(WireError) -> Int {
        let step = try integer(UInt64.self, .step)
        guard step <= UInt64(Int32.max) else { throw WireError(.step, "\(step) is out of range") }
        return Int(step)
    }

    fileprivate mutating func round() throws(WireError) -> Round {
        Round(rawValue: try integer(UInt8.self, .round))
    }

    fileprivate mutating func knowledge() throws(WireError) -> Knowledge {
        let (epoch, slot) = try place()
        let batchDigest = try integer(UInt64.self, .body)
        let count = Int(try integer(UInt16.self, .tensorCount))
        guard count <= WireCodec.mostTensors else {
            throw WireError(.tensorCount, "\(count) is too many")
        }
        var tensors: [KnowledgeTensor] = []
        for _ in 0..<count { tensors.append(try tensor()) }
        return Knowledge(
            epoch: epoch, step: slot.step, round: slot.round, batchDigest: batchDigest,
            tensors: tensors)
    }

    private mutating func tensor() throws(WireError) -> KnowledgeTensor {
        let descriptor = try bytes(Int(try integer(UInt16.self, .body)), .body)
        let payload = try bytes(Int(try integer(UInt32.self, .values)), .values)
        return try KnowledgeTensor(descriptor: Array(descriptor), payload: Array(payload))
    }

    fileprivate mutating func used() throws(WireError) -> UsedKnowledge {
        let step = try step()
        let round = try round()
        var teachers: [UsedKnowledge.Teacher] = []
        for _ in 0..<(try integer(UInt16.self, .body)) {
            let name = try text()
            let origin = try origin(at: Slot(step: step, round: round))
            teachers.append(.init(name: name, origin: origin))
        }
        return UsedKnowledge(step: step, round: round, teachers: teachers)
    }

    private mutating func origin(at slot: Slot) throws(WireError) -> UsedKnowledge.Origin {
        switch try integer(UInt8.self, .body) {
        case 0: return .absent(reason: try text())
        case 1:
            let (epoch, slot) = try place()
            return .taught(
                KnowledgeReference(
                    epoch: epoch, step: slot.step, round: slot.round,
                    digest: try integer(UInt64.self, .body)))
        case 2:
            let knowledge = try knowledge()
            guard Slot(knowledge) < slot else {
                throw WireError(.step, "what was late at \(slot) is of \(Slot(knowledge))")
            }
            return .late(knowledge)
        case let number: throw WireError(.body, "unknown origin \(number)")
        }
    }
}
