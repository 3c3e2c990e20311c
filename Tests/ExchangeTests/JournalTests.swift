import CohortGraph
import Exchange
import Foundation
import Testing

/// Writing a journal, going on with it, and reading it.
@Suite(.timeLimit(.minutes(1)))
struct JournalTests {
    private let folder: JournalFolder

    init() throws { folder = try JournalFolder() }

    private static let later: Sender = {
        var sender = Golden.sender
        sender.incarnation += 1
        return sender
    }()

    @Test func whatIsWrittenIsRead() throws {
        try folder.append(shortRun)
        let journal = try folder.read()
        #expect(try folder.records() == shortRun)
        #expect(journal.sender == Golden.sender)
        #expect(journal.lastStep == 2)
        #expect(journal.torn == nil)
        #expect(journal.segments.map(\.records) == [7])
        for step in 0..<3 {
            #expect(try journal.knowledge(step: step, round: .before) == knowledge("b", step))
        }
        #expect(try journal.knowledge(step: 3, round: .before) == nil)
        #expect(try journal.knowledge(step: 0, round: .after) == nil)
    }

    @Test func segmentsAreBounded() throws {
        let limit = 500
        try folder.append(shortRun + shortRun, segmentBytes: limit)
        let journal = try folder.read()
        #expect(journal.segments.count > 2)
        #expect(journal.segments.map(\.number) == Array(journal.segments.indices))
        #expect(journal.segments.allSatisfy { $0.byteCount <= limit && $0.records > 0 })
        #expect(try folder.records() == shortRun + shortRun)
    }

    /// A segment without a record takes one of any size.
    @Test func aLargeRecordHasItsOwnSegment() throws {
        try folder.append(shortRun, segmentBytes: 1)
        #expect(try folder.files.count == shortRun.count)
        #expect(try folder.records() == shortRun)
    }

    @Test func theOldestSegmentsMayBeDeleted() throws {
        try folder.append(shortRun, segmentBytes: 1)
        for file in try folder.files.prefix(3) { try folder.remove(file) }
        #expect(try folder.records() == Array(shortRun.dropFirst(3)))
        try folder.append([.end(lastStep: 9)], segmentBytes: 1)
        #expect(try folder.records() == shortRun.dropFirst(3) + [.end(lastStep: 9)])
    }

    @Test func theSameStartGoesOnInItsSegment() throws {
        for record in shortRun { try folder.append([record]) }
        #expect(try folder.records() == shortRun)
        #expect(try folder.files.count == 1)
    }

    /// A learner that starts again publishes some steps again: the later record counts.
    @Test func anotherStartBeginsASegment() throws {
        try folder.append(shortRun)
        var changed = knowledge("b", 1)
        changed.epoch = 9
        try folder.append([.published(changed)], by: Self.later)
        let journal = try folder.read()
        #expect(
            journal.segments.map(\.incarnation) == [
                Golden.sender.incarnation, Self.later.incarnation,
            ])
        #expect(journal.sender == Self.later)
        #expect(try journal.knowledge(step: 1, round: .before) == changed)
        #expect(try journal.knowledge(step: 2, round: .before) == knowledge("b", 2))
    }

    @Test func anotherLearnersJournalIsNotWritten() throws {
        try folder.append(shortRun)
        let before = try folder.bytes()
        for change in [
            { $0.name = "c" }, { $0.run[0] = 9 }, { $0.configurationDigest[0] = 9 },
        ] as [(inout Sender) -> Void] {
            var sender = Golden.sender
            change(&sender)
            let refusal = failure { try folder.append([.end(lastStep: 0)], by: sender) }
            #expect(refusal?.exitCode == .configuration)
            #expect(refusal?.message.contains(folder.path) == true)
        }
        #expect(try folder.bytes() == before)
    }

    @Test func whatIsMissingIsNamed() throws {
        let none = failure { _ = try JournalReader(directory: "\(folder.path)/none") }
        #expect(none?.exitCode == .missingFile)
        #expect(none?.message.contains("\(folder.path)/none") == true)
        #expect(failure { _ = try folder.read() }?.exitCode == .missingFile)
        try folder.write([], to: "notes.txt")
        #expect(failure { _ = try folder.read() }?.exitCode == .missingFile)
    }

    @Test func aDiskThatRefusesIsAFailure() throws {
        try folder.write([1], to: "file")
        let failure = failure {
            _ = try JournalWriter(directory: "\(folder.path)/file", sender: Golden.sender)
        }
        #expect(failure?.exitCode == .disk)
        #expect(failure?.message.hasPrefix("cannot create \(folder.path)/file: ") == true)
    }

    /// /dev/full takes everything and says that it has no room.
    @Test func aFullDiskIsAFailure() throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/segment-00000000.cohj", withDestinationPath: "/dev/full")
        let failure = failure { try folder.append(shortRun) }
        #expect(failure?.exitCode == .disk)
        #expect(failure?.message.hasSuffix("No space left on device") == true)
    }
}
