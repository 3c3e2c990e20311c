import Bytes
import Foundation

/// The folder of one learner of a run.
public struct LearnerDirectory: Hashable, Sendable {
    /// The folder.
    public let path: String

    /// The folder of a learner, which need not be there.
    public init(path: String) {
        self.path = path
    }

    /// Lines for people.
    public var log: String { "\(path)/log.txt" }
    /// Lines for programs.
    public var metrics: String { "\(path)/metrics.jsonl" }
    /// The numbers of its intervals, where the sink `csv` is chosen.
    public var intervals: String { "\(path)/intervals.csv" }
    /// The numbers of its epochs, where the sink `csv` is chosen.
    public var epochs: String { "\(path)/epochs.csv" }
    /// The knowledge that it published and received.
    public var journal: String { "\(path)/journal" }
    /// What a program of another framework must know to take its part, as JSON.
    public var plan: String { "\(path)/plan.json" }
    /// The secret from which it draws the noise of private votes.
    public var noise: String { "\(path)/noise.key" }
    /// What it answered about the test samples when it was tested last: see `HeldOutAnswers`.
    public var answers: String { "\(path)/\(Self.answersName)" }
    /// The name of the file ``answers``.
    package static let answersName = "answers.safetensors"
    /// Pictures of what a generator makes.
    public var samples: String { "\(path)/samples" }
    /// The folder of its checkpoints.
    public var checkpoints: String { "\(path)/checkpoints" }
}

extension LearnerDirectory {
    /// Creates the folder, if it is not there.
    ///
    /// - Throws: ``DiskError``.
    public func create() throws(DiskError) { try Files.createDirectory(path) }

    /// Writes a picture of what a generator makes after so many steps, a PNG file.
    ///
    /// - Throws: ``DiskError``.
    public func write(sheet png: [UInt8], after step: Int) throws(DiskError) {
        try Files.createDirectory(samples)
        let number = String(step)
        let padding = String(repeating: "0", count: max(0, 8 - number.count))
        try Files.replace("\(samples)/step-\(padding)\(number).png", with: Data(png))
    }

    /// Writes ``plan`` whole, in place of one that is there.
    ///
    /// - Throws: ``DiskError``.
    public func write(plan text: String) throws(DiskError) {
        try create()
        try Files.replace(plan, with: Data(text.utf8))
    }
}
