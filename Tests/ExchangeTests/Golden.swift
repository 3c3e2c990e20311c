import CohortGraph
import Exchange
import Foundation

/// The messages of `scripts/wire-golden.py`, which wrote the bytes in `golden.txt`.
enum Golden {
    static let sender = Sender(
        run: Array(0..<16), configurationDigest: Array(0x80..<0xA0), name: "b",
        incarnation: 0x1122_3344_5566_7788)
    static let key = [UInt8](0x40..<0x60)
    static let place = Position(
        epoch: 3, step: 70000, round: .after, batchDigest: 0xFEDC_BA98_7654_3210)

    static let logits = KnowledgeTensor(
        name: "logits", kind: .response, shape: [2, 3], values: [0.5, -1.25, 3, 1e-20, -0.0, 65504])
    static let pooled = KnowledgeTensor(
        name: "layer3", kind: .feature, shape: [2, 1, 2], values: [1, 2, 3, 4])
    static let pairs = KnowledgeTensor(
        name: "features", kind: .relation, shape: [2, 2], values: [1, 0.25, 0.25, 1])
    static let halves = KnowledgeTensor(
        name: "layer3", kind: .feature, shape: [2, 4],
        values: [1, 0.1, 1e5, -0.0, 6e-8, 1e-9, 2049, -65504],
        codec: Float16Codec(), temperature: nil)
    static let bytewise = KnowledgeTensor(
        name: "logits", kind: .response, shape: [3, 3],
        values: [0.5, -1.25, 3, 0, 0, 0, 1e-3, -1e-3, 7e-4], codec: Int8Codec(), temperature: 1)
    static let sparse = KnowledgeTensor(
        name: "logits", kind: .response, shape: [2, 5],
        values: [0.5, 3, -1, 3, 2, 0, 1, 2, 3, 4], codec: TopKCodec(k: 2), temperature: 2)
    static let shares = KnowledgeTensor(
        name: "probabilities", kind: .response, shape: [1, 5],
        values: [0.125, 0.5, 0.0625, 0.25, 0.0625], codec: TopKCodec(k: 3), temperature: nil)
    static let whole = KnowledgeTensor(
        name: "logits", kind: .response, shape: [1, 3], values: [0.5, -1.25, 3],
        codec: TopKCodec(k: 5), temperature: 1)

    /// Of two samples in two classes, by two learners: 0.75 and 0.5, 0.25 and 1 for the first
    /// class.
    static let total = KnowledgeTensor(
        name: "probability-sum@4", shape: [2, 3],
        units: [
            1.25, 0.75, 0.75 * log(0.75) + 0.25 * log(0.25) + log(0.5),
            1.25, 0.75, 0.25 * log(0.25) + 0.75 * log(0.75),
        ].map { (value: Double) in Int64((value * 0x1p40).rounded()) })

    static let stored = KnowledgeTensor(
        name: "inputs@t", kind: .inputs, shape: [2, 2, 1, 2],
        bytes: [0, 255, 7, 8, 1, 2, 128, 9],
        table: (0..<512).map { $0 < 256 ? Float($0) / 2 : Float(256 - $0) })
    static let pixels = KnowledgeTensor(
        name: "inputs@t-1", kind: .inputs, shape: [1, 1, 2, 2], values: [0.5, -1.25, 1e-9, 3])

    static let made = KnowledgeTensor(
        name: "samples@g", kind: .inputs, shape: [2, 1, 1, 2], values: [0.5, -1.25, 3, 1e-9])
    /// The first 64 bits of the SHA-256 of their payload.
    static let madeDigest: UInt64 = 0x1727_28CD_459D_EA9D
    static let adjoint = KnowledgeTensor(
        name: "adjoint@b/logits", kind: .adjoint, shape: [2, 3],
        values: [0.5, -1.25, 3, 1e-20, -0.0, 1e-9])
    static let returned = KnowledgeTensor(
        name: "adjoint@g/samples@g", kind: .adjoint, shape: [2, 1, 1, 2],
        values: [1e-3, -0.0, 2, -1])

    static let messages: [String: Message] = [
        "hello": said(
            .hello(
                Greeting(
                    classes: 10, sampleOrderDigest: 0x0123_4567_89AB_CDEF,
                    labelDigest: 0x8877_6655_4433_2211, testDigest: 0x00FF_EEDD_CCBB_AA99,
                    steps: 600, product: "cohort 0.1"))),
        "hello-inputs": said(
            .hello(
                {
                    var greeting = Greeting(
                        classes: 10, sampleOrderDigest: 0x0123_4567_89AB_CDEF,
                        product: "cohort 0.1")
                    greeting.inputs = InputForm(shape: [2, 1, 2], encoding: .bytes)
                    return greeting
                }())),
        "welcome": said(.welcome),
        "refuse": said(
            .refuse(
                Refusal(
                    .configuration, "the settings of 'a' are others", settings: "seed=1\n"))),
        "knowledge": said(.knowledge([logits]), place),
        "knowledge-many": said(.knowledge([logits, pooled, pairs]), place),
        "knowledge-none": said(.knowledge([]), place),
        "knowledge-fp16": said(.knowledge([halves]), place),
        "knowledge-int8": said(.knowledge([bytewise]), place),
        "knowledge-top-k": said(.knowledge([sparse, shares, whole]), place),
        "knowledge-sum": said(
            .knowledge([total]),
            Position(
                epoch: 3, step: 70000, round: .after, batchDigest: 0xFEDC_BA98_7654_3210,
                usedSteps: 69999)),
        "knowledge-inputs": said(
            .knowledge([stored, pixels]),
            Position(
                epoch: 3, step: 70000, round: .inputs(ahead: 1),
                batchDigest: 0xFEDC_BA98_7654_3210)),
        "knowledge-made": said(
            .knowledge([made]),
            Position(
                epoch: 3, step: 70000, round: .inputs(ahead: 0), batchDigest: madeDigest)),
        "knowledge-adjoint": said(
            .knowledge([adjoint]),
            Position(
                epoch: 3, step: 70000, round: .adjoints, batchDigest: 0xFEDC_BA98_7654_3210)),
        "knowledge-returned-adjoint": said(
            .knowledge([returned]),
            Position(
                epoch: 3, step: 70000, round: .returnedAdjoints,
                batchDigest: 0xFEDC_BA98_7654_3210)),
        "knowledge-validation": said(
            .knowledge([logits]),
            Position(epoch: 3, step: 70000, round: .validation, batchDigest: 1)),
        "acknowledge": said(.acknowledge, Position(step: 70000, round: .evaluation)),
        "alive": said(.alive),
        "end": said(.end, Position(step: 599, round: .evaluation)),
        "ended": said(.ended, Position(step: 599, round: .evaluation)),
        "leave": said(.leave(reason: "interrupted — état 2")),
        "need": said(.need, Position(step: 70000, round: .after)),
        "checkpoint": said(.checkpoint, Position(step: 69000)),
        "register": said(.register(Contact(address: "tcp://127.0.0.1:40001", publicKey: key))),
        "roster": said(
            .roster([
                RosterEntry(name: "a", contact: Contact(address: "ipc:///tmp/c/inbox")),
                RosterEntry(
                    name: "b", contact: Contact(address: "tcp://10.0.0.2:40001", publicKey: key)),
            ]), as: "rendezvous"),
        "longest-name": said(.alive, as: String(repeating: "x", count: 32)),
    ]

    private static func said(
        _ content: Content, _ position: Position = Position(), as name: String = "b"
    ) -> Message {
        var sender = sender
        sender.name = name
        return Message(sender: sender, position: position, content: content)
    }

    /// The frames of each message, by its name.
    static let frames: [String: [[UInt8]]] = {
        let lines = String(decoding: PackageResources.golden_txt, as: UTF8.self).split(
            separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let words = line.split(separator: " ")
                return (String(words[0]), words.dropFirst().map(bytes))
            })
    }()

    static func bytes(_ hexadecimal: Substring) -> [UInt8] {
        guard hexadecimal != "-" else { return [] }
        let digits = hexadecimal.compactMap(\.hexDigitValue).map(UInt8.init)
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
