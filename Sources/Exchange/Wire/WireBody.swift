import Bytes
import CohortGraph

extension Content {
    var kind: WireKind {
        switch self {
        case .hello: .hello
        case .welcome: .welcome
        case .refuse: .refuse
        case .knowledge: .knowledge
        case .acknowledge: .acknowledge
        case .alive: .alive
        case .end: .end
        case .ended: .ended
        case .leave: .leave
        case .register: .register
        case .roster: .roster
        case .need: .need
        case .checkpoint: .checkpoint
        }
    }

    /// The second frame.
    func encodedBody() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .hello(let greeting):
            writer.littleEndian(UInt32(greeting.classes))
            writer.littleEndian(greeting.sampleOrderDigest)
            writer.text(greeting.text)
        case .refuse(let refusal):
            writer.littleEndian(refusal.code.rawValue)
            writer.text(refusal.lines)
        case .leave(let reason):
            writer.text(reason)
        case .register(let contact):
            writer.contact(contact)
        case .roster(let entries):
            writer.littleEndian(UInt16(entries.count))
            for entry in entries {
                writer.text(entry.name)
                writer.contact(entry.contact)
            }
        case .welcome, .knowledge, .acknowledge, .alive, .end, .ended, .need, .checkpoint: break
        }
        return writer.bytes
    }

    /// Reads the second frame, and takes the tensors of the frames after it.
    init(
        _ kind: WireKind, body: [UInt8], tensors: [KnowledgeTensor]
    ) throws(WireError) {
        guard kind == .knowledge || tensors.isEmpty else {
            throw WireError(.tensorCount, "a \(kind) carries none, not \(tensors.count)")
        }
        var fields = FieldReader(body[...])
        switch kind {
        case .hello: self = .hello(try fields.greeting())
        case .welcome: self = .welcome
        case .refuse: self = .refuse(try fields.refusal())
        case .knowledge: self = .knowledge(tensors)
        case .acknowledge: self = .acknowledge
        case .alive: self = .alive
        case .end: self = .end
        case .ended: self = .ended
        case .leave: self = .leave(reason: try fields.text())
        case .register: self = .register(try fields.contact())
        case .roster: self = .roster(try fields.roster())
        case .need: self = .need
        case .checkpoint: self = .checkpoint
        }
        try fields.finish(.body)
    }
}

extension ByteWriter {
    fileprivate mutating func contact(_ contact: Contact) {
        text(contact.address)
        append(contact.publicKey)
    }
}

extension FieldReader {
    fileprivate mutating func greeting() throws(WireError) -> Greeting {
        let classes = try integer(UInt32.self, .classes)
        guard 1...UInt32(Int32.max) ~= classes else {
            throw WireError(.classes, "\(classes) is out of range")
        }
        let order = try integer(UInt64.self, .body)
        return Greeting(classes: Int(classes), sampleOrderDigest: order, text: try text())
    }

    fileprivate mutating func refusal() throws(WireError) -> Refusal {
        Refusal(try choice(Refusal.Code.self, .refusal), lines: try text())
    }

    fileprivate mutating func contact() throws(WireError) -> Contact {
        Contact(address: try text(), publicKey: Array(try bytes(32, .body)))
    }

    fileprivate mutating func roster() throws(WireError) -> [RosterEntry] {
        let count = try integer(UInt16.self, .body)
        var entries: [RosterEntry] = []
        for _ in 0..<count {
            entries.append(RosterEntry(name: try text(), contact: try contact()))
        }
        return entries
    }
}
