import Bytes
import CohortGraph
import Exchange
import Foundation
import NeuralNetwork

/// Well-formed inputs, from which the fuzzer sets out.
enum Seeds {
    /// Writes each into the folder of its decoder.
    static func write(to folder: String) throws {
        for (decoder, inputs) in try all() {
            let place = "\(folder)/\(decoder.rawValue)"
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true)
            for (index, input) in inputs.enumerated() {
                try Data(input).write(to: URL(fileURLWithPath: "\(place)/seed-\(index)"))
            }
        }
    }

    private static let sender = Sender(
        run: ExchangeIdentity.runIdentifier(of: "fuzz"),
        configurationDigest: [UInt8](repeating: 7, count: 32), name: "a", incarnation: 1)

    private static func tensors() throws -> [KnowledgeTensor] {
        let values: [Float] = (0..<20).map { Float($0) / 4 }
        return try ["fp32", "fp16", "int8", "top-k"].map { codec in
            KnowledgeTensor(
                name: codec == "fp32" ? "logits" : "logits:\(codec)", kind: .response,
                shape: [2, 10], values: values, codec: try Codecs.registry.make(codec),
                temperature: 1)
        }
    }

    private static func all() throws -> [(Decoder, [[UInt8]])] {
        let text = "name: a\n"
        return [
            (.wire, try messages().map { Frames.join(WireCodec.encode($0)) }),
            (.journal, [try journal()]),
            (.safetensors, [try safetensors()]),
            (.manifest, [[UInt8](CheckpointInput.manifest.encoded())]),
            (.state, [CheckpointInput.memory]),
            (.configuration, [configuration.utf8, text.utf8].map(Array.init)),
            (.idx, [[0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3], [0, 0, 0x0D, 1, 0, 0, 0, 1, 0, 0, 0, 0]]),
            (.npy, [npy]),
            (.zip, [zip]),
            (.image, [image]),
            (.texts, [Array("{\"t\": \"Zoë's caf\u{E9}\", \"y\": 1}\r\n{\"y\": true}".utf8)]),
            (.table, [Array("a,b\n\"1,\"\"5\",x\r\n".utf8)]),
            // `printf hello | gzip -n`
            (
                .gzip,
                [
                    [
                        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0,
                        0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
                    ]
                ]
            ),
            (.certificate, [Array(certificate.utf8)]),
            (.hostfile, [Array(hostfile.utf8)]),
        ]
    }

    private static let npy =
        [0x93] + Array("NUMPY".utf8) + [1, 0, 61, 0]
        + Array("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }  \n".utf8)
        + [0, 0, 0, 0, 0, 0, 128, 63]

    /// A PNG image of one grey pixel.
    private static let image: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0,
        0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, 0x49, 0x44,
        0x41, 0x54, 0x78, 0x9C, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xCD, 0x72, 0xB6, 0, 0,
        0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]

    /// `hello` in a member `a`, stored.
    private static let zip: [UInt8] =
        [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0]
        + [5, 0, 0, 0, 1, 0, 0, 0] + Array("ahello".utf8)
        + [0x50, 0x4B, 1, 2, 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x86, 0xA6, 0x10, 0x36]
        + [5, 0, 0, 0, 5, 0, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 16) + Array("a".utf8)
        + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 36, 0, 0, 0, 0, 0]

    private static func messages() throws -> [Message] {
        let contact = Contact(address: "tcp://10.0.0.1:4000")
        let contents: [Content] = [
            .hello(Greeting(classes: 10, sampleOrderDigest: 3, product: "cohort")), .welcome,
            .refuse(Refusal(.run, "another run", settings: "seed=1\n")), .knowledge(try tensors()),
            .acknowledge, .alive,
            .need, .checkpoint, .end, .ended, .leave(reason: "done"), .register(contact),
            .roster([RosterEntry(name: "a", contact: contact)]),
        ]
        return contents.map { Message(sender: sender, content: $0) }
    }

    private static func journal() throws -> [UInt8] {
        let directory = NSTemporaryDirectory() + "cohort-seed-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let writer = try JournalWriter(directory: directory, sender: sender)
        let knowledge = Knowledge(
            epoch: 0, step: 0, round: .before, batchDigest: 1, tensors: try tensors())
        try writer.append(.published(knowledge))
        let origins: [UsedKnowledge.Origin] = [
            .taught(KnowledgeReference(knowledge)), .late(knowledge),
            .absent(reason: "nothing came"),
        ]
        let teachers = origins.map { UsedKnowledge.Teacher(name: "b", origin: $0) }
        try writer.append(.used(UsedKnowledge(step: 1, round: .before, teachers: teachers)))
        try writer.append(.end(lastStep: 0))
        try writer.flush()
        let file = URL(fileURLWithPath: "\(directory)/segment-00000000.cohj")
        return [UInt8](try Data(contentsOf: file))
    }

    private static func safetensors() throws -> [UInt8] {
        let tensor = SafeTensor(Tensor(shape: [2, 2], values: [1, 2, 3, 4]))
        return SafeTensorsFile(tensors: ["a.weight": tensor], metadata: ["k": "v"]).encoded()
    }

    private static let configuration = """
        name: fuzz
        data: {set: digits, labels: {each: 60, private: true}}
        training:
          {steps: 10, batch: 8, common: 8, optimizer: {kind: sgd, rate: 0.1}, schedule: cosine}
        learners:
          a: {model: mlp, options: {hidden: [8]}}
          b: {model: lenet, role: teacher, weights: w.safetensors}
        teaching:
          - mutual: {among: [a, c], combine: trimmed}
          - teach: {from: b, to: a, temperature: 4, codec: {kind: top-k, k: 3}}
        exchange: {transport: tcp, host: 127.0.0.1, quarantine: {strikes: 2}}
        """

    private static let certificate = """
        # comment
        metadata
            name = a
        curve
            public-key = "kfdt0@^v^#{*^2Ox>.O97)V:IK[RUBXBdv]+yF8s"
            secret-key = "kfdt0@^v^#{*^2Ox>.O97)V:IK[RUBXBdv]+yF8s"
        """

    private static let hostfile = """
        # comment
        anna@node[01-04,7].lab:22 slots=2 max_slots=4 role=student
        [fd00::1]:22 role=teacher name=t,u addr=10.0.0.5 bind=[::] # comment
        big dir=~/work cohort=/usr/bin/cohort
        """
}
