import Bytes
import Distillation
import NeuralNetwork
import Testing

/// What a term remembers, and that a checkpoint loses none of it.
@Suite(.timeLimit(.minutes(1)))
struct TermMemoryTests {
    private struct Numbers: Codable, Hashable, Sendable {
        var doubles: [Double]
        var floats: [Float]
    }

    private let numbers = Numbers(
        doubles: [.pi, 1 / 3, -0.0, 5e-324, 1.7976931348623157e308, 1e16, 0.1],
        floats: [.pi, 1 / 3, -0.0, 1e-45, .greatestFiniteMagnitude, 16_777_217, 0.1])

    private func restored(_ memory: TermMemory) throws -> TermMemory {
        TermMemory(encoded: try memory.encoded())
    }

    @Test func numbersComeBackToTheBit() throws {
        let back = try restored(TermMemory(numbers)).value(of: Numbers.self, default: numbers)
        #expect(back.doubles.map(\.bitPattern) == numbers.doubles.map(\.bitPattern))
        #expect(back.floats.map(\.bitPattern) == numbers.floats.map(\.bitPattern))
    }

    @Test func whatIsNotFiniteComesBack() throws {
        let odd = Numbers(doubles: [.infinity, -.infinity, .nan], floats: [.infinity, .nan])
        let back = try restored(TermMemory(odd)).value(of: Numbers.self, default: numbers)
        #expect(back.doubles[0] == .infinity && back.doubles[1] == -.infinity)
        #expect(back.doubles[2].isNaN && back.floats[1].isNaN)
    }

    /// A restored memory equals the one that was saved, before and after its owner reads it.
    @Test func equalityIsOfContent() throws {
        let saved = TermMemory(numbers)
        var back = try restored(saved)
        #expect(back == saved && back.hashValue == saved.hashValue)
        try back.withValue(of: Numbers.self, default: numbers) { _ in }
        #expect(back == saved)
        try back.withValue(of: Numbers.self, default: numbers) { $0.doubles[0] = 0 }
        #expect(back != saved)
    }

    @Test func anotherTypeIsRefused() throws {
        for memory in [TermMemory(numbers), try restored(TermMemory(numbers))] {
            #expect(throws: TermMemoryError.self) {
                try memory.value(of: [Int].self, default: [])
            }
        }
        let damaged = TermMemory(encoded: Array("{\"doubles\": [".utf8))
        let error = #expect(throws: TermMemoryError.self) {
            try damaged.value(of: Numbers.self, default: numbers)
        }
        #expect(error?.exitCode == .corruptData)
    }

    @Test func nothingIsStoredForWhatRemembersNothing() throws {
        var memory = TermMemory()
        try memory.withValue(of: NoMemory.self, default: NoMemory()) { _ in }
        #expect(memory.isEmpty)
        #expect(try memory.encoded().isEmpty)
        #expect(try restored(memory) == memory)
    }

    /// For every combination: what it remembers is saved and restored between two steps, and the
    /// second step gives the same bits.
    @Test(arguments: Combinations.registry.names)
    func aRestoredCombinationGoesOnWithTheSameBits(_ name: String) throws {
        let isPaired = try Combinations.registry.make(name).traits.contains(.needsPairs)
        var loss = try Losses.registry.make(isPaired ? "okddip" : "kd")
        if isPaired {
            let places = [Model.Tap(shape: [2]), Model.Tap(shape: [3])]
            loss.fit(student: places, teachers: [places, places, places])
        }
        let prepared = try PreparedCombination(name, teachers: 3, by: loss)
        let teachers = [UInt64(2), 3, 4].map { normal([4, 5], $0, scale: 2) }
        let labels = isPaired ? [0, 1, 2, 2] : [0, 4, 2, 2]
        var context = LossContext(
            temperature: 2, labels: labels, samples: [4, 2, 8, 5],
            noise: NoiseKey(seeded: RandomKey(seed: 3)))
        context.parameters = prepared.pass()
        func step(_ memory: inout TermMemory, _ seed: UInt64) throws -> CombinedLoss {
            try prepared.combination.combined(
                Variable(normal([4, 5], seed)), teachers.named, by: loss, context, memory: &memory)
        }

        var memory = TermMemory()
        let first = try step(&memory, 1)
        let validation = ValidationLogits(
            student: normal([4, 5], 5), teachers: teachers.named, labels: labels)
        try prepared.combination.remember(validation, in: &memory)
        var back = try restored(memory)
        #expect(back == memory)
        let (whole, resumed) = (try step(&memory, 6), try step(&back, 6))
        #expect(whole.term.value.value.values == resumed.term.value.value.values)
        #expect(whole.shares == resumed.shares)
        #expect(back == memory)
        if prepared.combination.traits.contains(.needsErrors) {
            #expect(first.shares != whole.shares, "the errors of the validation samples count")
        }
    }
}
