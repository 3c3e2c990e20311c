import Bytes
import Distillation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Contrastive distillation with its memory of all samples.
@Suite(.timeLimit(.minutes(1)))
struct ContrastTests {
    private func prepared(
        _ options: Setting?, student: [Int], teacher: [Int], _ given: [String: SafeTensor] = [:],
        classes: [Int: Int] = [:]
    ) throws -> (loss: Contrast, prepared: PreparedLoss) {
        let prepared = try PreparedLoss(
            "crd", options: options, student: [student], teacher: [teacher], parameters: given)
        var loss = try #require(prepared.loss as? Contrast)
        loss.know(classes: classes)
        return (loss, prepared)
    }

    /// Value, gradients and the memory afterwards, of samples that PyTorch drew.
    @Test func agreesWithTheReference() throws {
        for example in try ReferenceCase.all("contrast/memory") {
            func tensor(_ name: String) throws -> Tensor { try example.tensor(name) }
            func integers(_ name: String) throws -> [Int] {
                try #require(example.tensors[name]?.int64s).map { Int($0) }
            }
            let (student, teacher) = (try tensor("student"), try tensor("teacher"))
            let options = setting([
                "negatives": example.option("negatives", ""),
                "width": example.option("width", ""),
            ])
            let (loss, prepared) = try prepared(
                options, student: student.shape, teacher: teacher.shape,
                example.group("parameter"))
            var memory = ContrastMemory(
                student: try tensor("memory/student"), teacher: try tensor("memory/teacher"),
                scales: example.tensors["scales"]?.tensor?.values ?? [])
            let counts = try tensor("counts")
            let drawn = DrawnSamples(
                anchors: try integers("anchors"), counts: counts,
                count: Int(counts.values.reduce(0, +)))
            let tape = Tape()
            let (leaf, pass) = (tape.leaf(student), prepared.pass(tape))
            let value = loss.term(
                leaf, teacher, LossContext(parameters: pass), drawn, memory: &memory
            ).value
            tape.backward(from: value)
            expectAgreement(value.value, try tensor("value"), example.name)
            expectAgreement(leaf.gradient, try tensor("gradient"), "\(example.name), gradient")
            for (number, slot) in prepared.parameters.slots.enumerated() {
                expectAgreement(
                    pass.parameter(number).gradient, try tensor("learned/\(slot.name)"),
                    "\(example.name), \(slot.name)")
            }
            expectAgreement(memory.student, try tensor("after/student"), "\(example.name), M_s")
            expectAgreement(memory.teacher, try tensor("after/teacher"), "\(example.name), M_t")
            let scales = Tensor(shape: [2], values: memory.scales)
            expectAgreement(scales, try tensor("after/scales"), "\(example.name), Z")
        }
    }

    private let classes = Dictionary(uniqueKeysWithValues: (0..<40).map { (3 * $0 + 7, $0 % 4) })

    private func context(_ step: Int, _ pass: ForwardPass) -> LossContext {
        let samples = (0..<4).map { 3 * (($0 + step) % 40) + 7 }
        return LossContext(
            labels: samples.compactMap { classes[$0] }, samples: samples,
            key: RandomKey(seed: 5).child(step), parameters: pass)
    }

    /// A memory that was written and read goes on with the same bits.
    @Test(arguments: ["12", "100"])
    func aRestoredMemoryGoesOnWithTheSameBits(negatives: String) throws {
        let (loss, prepared) = try prepared(
            setting(["negatives": negatives, "width": "6"]), student: [4, 5], teacher: [4, 7],
            classes: classes)
        func step(_ number: Int, _ memory: inout TermMemory) throws -> Float {
            try memory.withValue(of: ContrastMemory?.self, default: nil) { memory in
                loss(
                    Variable(normal([4, 5], UInt64(number))),
                    normal([4, 7], UInt64(100 + number)), context(number, prepared.pass()),
                    memory: &memory
                ).value.value.scalar
            }
        }
        var memory = TermMemory()
        let first = try step(0, &memory)
        let second = try step(1, &memory)
        var restored = TermMemory(encoded: try memory.encoded())
        #expect(restored == memory && first != second)
        #expect(try step(2, &memory) == step(2, &restored))
        #expect(restored == memory)
    }

    /// Damaged embeddings are refused.
    @Test func damagedEmbeddingsAreRefused() throws {
        let tables = Tensor(shape: [2, 3], values: [1, 0, 0, 0, 1, 0])
        let memory = ContrastMemory(student: tables, teacher: tables, scales: [1, 2])
        let text = String(decoding: try TermMemory(memory).encoded(), as: UTF8.self)
        for (from, to) in [
            ("[2,3]", "[2,4]"), ("[2,3]", "[0,3]"), ("[1,2]", "[1]"), ("[1,2]", "[1,-2]"),
        ] {
            let damaged = TermMemory(encoded: Array(text.replacing(from, with: to).utf8))
            #expect(throws: TermMemoryError.self) {
                try damaged.value(of: ContrastMemory.self, default: memory)
            }
        }
    }

    /// As many of other classes as are asked for, all different where there are enough.
    @Test(arguments: [12, 30, 100])
    func negativesAreOfOtherClasses(count: Int) throws {
        let known = SampleClasses(classes)
        let batch = [7, 10, 7, 13]
        let drawn = known.draw(count, for: batch, RandomKey(seed: 2))
        #expect(drawn.counts.shape == [4, 40] && drawn.count == 4 * count)
        #expect(drawn.anchors == [0, 1, 0, 2])
        for (place, sample) in batch.enumerated() {
            let row = drawn.counts.rows(place..<place + 1).values
            #expect(row.reduce(0, +) == Float(count))
            for (other, times) in row.enumerated() where times > 0 {
                #expect(classes[3 * other + 7] != classes[sample])
                #expect(count > 30 || times == 1)
            }
        }
        #expect(drawn.counts.rows(0..<1).values != drawn.counts.rows(2..<3).values || count == 30)
    }
}
