import CohortGraph
import Exchange
import Foundation
import Testing

/// `cohort journal` on a journal that is made here.
@Suite(.timeLimit(.minutes(3))) struct JournalTests {
    private let place: Workplace
    private var directory: String { "\(place.path)/journal" }

    init() throws {
        place = try Workplace()
        try write()
    }

    /// Three steps, one of them without its teacher.
    private func write() throws {
        let run = ExchangeIdentity.runIdentifier(of: "digits")
        let writer = try JournalWriter(
            directory: directory,
            sender: Sender(
                run: run, configurationDigest: [UInt8](repeating: 0xAB, count: 32), name: "a",
                incarnation: 1))
        for step in 0..<3 {
            let knowledge = Self.knowledge(step)
            let origins: [UsedKnowledge.Origin] =
                switch step {
                case 1: [.absent(reason: "it was late")]
                case 2: [.taught(.init(knowledge)), .late(Self.knowledge(1))]
                default: [.taught(.init(knowledge))]
                }
            try writer.append(.published(knowledge))
            try writer.append(
                .used(
                    UsedKnowledge(
                        step: step, round: .before,
                        teachers: origins.map { .init(name: "t", origin: $0) })))
        }
        try writer.append(.end(lastStep: 2))
        try writer.close()
    }

    private static func knowledge(_ step: Int) -> Knowledge {
        Knowledge(
            epoch: 0, step: step, round: .before, batchDigest: 31,
            tensors: [
                KnowledgeTensor(
                    name: "logits", kind: .response, shape: [1, 3], values: [1, 2, 3],
                    codec: Float16Codec(), temperature: 1)
            ])
    }

    private func journal(_ arguments: String...) async throws -> Finished {
        try await Cohort.run(["journal", directory] + arguments, in: place)
    }

    private func file() throws -> (path: String, bytes: [UInt8]) {
        let path = "\(directory)/segment-00000000.cohj"
        return (path, try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    }

    @Test func theSummarySaysWhatIsInIt() async throws {
        let finished = try await journal()
        #expect(finished.exitCode == .success && finished.errors.isEmpty, "\(finished.complaint)")
        let rows = finished.output.map { $0.split(separator: " ").map(String.init) }
        let bytes = try file().bytes.count
        for row in [
            ["learner", "a"], ["run", "'digits'"], ["starts", "1"],
            ["segments", "1,", "\(bytes)", "bytes"], ["records", "7"],
            ["steps", "0", "to", "2"], ["end", "step", "2"],
            ["before", "logits", "response", "fp16", "[1,", "3]", "6", "3"],
            ["t", "2", "1", "1", "it", "was", "late", "(1)"],
        ] {
            #expect(rows.contains(row), "\(row) in \(finished.output)")
        }
    }

    @Test func recordsAreListed() async throws {
        let lines = try await journal("--records").output
        try #require(lines.count == 7)
        #expect(lines[0] == "0 116 published step 0 before, epoch 0, batch 1f: logits fp16 [1, 3]")
        let digest = String(Self.knowledge(0).digest, radix: 16)
        #expect(lines[1].hasSuffix("used step 0 before: t step 0 before \(digest)"))
        #expect(lines[3].hasSuffix("used step 1 before: t absent (it was late)"))
        let late = String(Self.knowledge(1).digest, radix: 16)
        #expect(lines[5].hasSuffix(", t late step 1 before \(late)"))
        #expect(lines[6].hasSuffix("end step 2"))
    }

    @Test func soundAndDamagedAreToldApart() async throws {
        let (path, bytes) = try file()
        let sound = try await journal("--verify")
        #expect(sound.exitCode == .success && sound.errors.isEmpty)
        #expect(sound.output == ["sound: 7 records, \(bytes.count) bytes"])
        for arguments in [[], ["--verify"], ["--records"]] {
            var altered = bytes
            altered[132] ^= 1
            try Data(altered).write(to: URL(fileURLWithPath: path))
            let damaged = try await Cohort.run(["journal", directory] + arguments, in: place)
            #expect(damaged.exitCode == .corruptData)
            #expect(damaged.output.isEmpty)
            #expect(
                damaged.errors == ["cohort: \(path) is damaged at byte 116: a record is altered"])
        }
    }

    @Test func whatACrashLeftIsSaid() async throws {
        let (path, bytes) = try file()
        try Data(bytes.dropLast()).write(to: URL(fileURLWithPath: path))
        let torn = try await journal("--verify")
        #expect(torn.exitCode == .success)
        #expect(torn.output.first?.hasPrefix("sound: 6 records") == true)
        #expect(torn.errors.count == 1)
        #expect(torn.complaint.contains("\(path) ends inside a record"))
    }

    @Test func noJournalIsAMissingFile() async throws {
        let finished = try await Cohort.run(["journal", place.path], in: place)
        #expect(finished.exitCode == .missingFile)
        #expect(finished.errors == ["cohort: there is no journal in \(place.path)"])
    }
}
