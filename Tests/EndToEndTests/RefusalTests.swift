import Bytes
import Foundation
import Testing

/// What is wrong is said in one line: what, where, and what to do.
@Suite(.timeLimit(.minutes(3))) struct RefusalTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Expects a command to end with a code and one line that has all these words in it.
    private func expect(
        _ arguments: [String], code: ExitCode, _ words: [String],
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let finished = try await Cohort.run(arguments, in: place)
        #expect(finished.exitCode == code, sourceLocation: location)
        #expect(finished.output.isEmpty, sourceLocation: location)
        #expect(
            finished.errors.count == 1 && words.allSatisfy { finished.complaint.contains($0) },
            "\(finished.complaint)", sourceLocation: location)
    }

    @Test(arguments: ["check", "run"])
    func anUnknownKey(command: String) async throws {
        let file = try place.write(
            """
            data: {set: digits}
            training:
              steps: 3
              optimiser: sgd
            learners: {a: {model: mlp}}
            """, to: "key.yaml")
        try await expect(
            [command, file], code: .configuration,
            ["\(file):4:", "'optimiser'", "did you mean 'optimizer'?"])
        try await expect(
            [command, try place.pair(), "trainin.steps=3"], code: .configuration,
            ["trainin.steps=3 on the command line", "did you mean 'training'?"])
    }

    @Test func anUnknownModel() async throws {
        try await expect(
            ["run", try place.pair(), "learners.a.model=resnet9"], code: .configuration,
            [
                "learners.a.model=resnet9 on the command line", "unknown model 'resnet9'",
                "'resnet8'",
            ])
    }

    @Test(arguments: ["check", "run"])
    func aModelOfTokensOnImages(command: String) async throws {
        try await expect(
            [
                command, try place.pair(), "learners.a.model=transformer",
                "learners.a.options=null",
            ], code: .configuration, ["learner 'a'", "'transformer' reads tokens", "holds images"])
    }

    @Test func aMissingConfiguration() async throws {
        try await expect(
            ["run", "nowhere.yaml"], code: .missingFile, ["nowhere.yaml: there is no such file"])
    }

    @Test(arguments: [
        ["run"], ["run", "a.yaml", "--unheard"], ["dance"], ["list", "modals"],
        ["run", "a.yaml", "--seeds", "0"], ["learner", "a.yaml", "--name", "a"],
        ["learner", "a.yaml", "--name", "a", "--directory", "d"],
        ["evaluate", "d", "--weights", "w"],
        ["evaluate", "d", "--split", "train"],
    ])
    func aCommandLineThatIsWrong(arguments: [String]) async throws {
        let finished = try await Cohort.run(arguments, in: place)
        #expect(finished.exitCode == .usage)
        #expect(finished.output.isEmpty)
        #expect(finished.errors.contains { $0.contains("Usage: cohort") }, "\(finished.complaint)")
    }

    @Test(arguments: ["check", "run"])
    func morePrivateLabelsThanThereAre(command: String) async throws {
        try await expect(
            [command, Shipped.demonstration, "runs=\(place.runs)", "data.labels.each=600"],
            code: .configuration,
            ["600 for each of 3 learners", "1257", "ask for fewer"])
    }

    @Test(arguments: ["check", "run"])
    func aFolderOfDataThatIsMissing(command: String) async throws {
        try await expect(
            [
                command, try place.pair(), "data.set=fashion-mnist",
                "data.options.folder=\(place.path)/none",
            ], code: .missingFile, ["there is no folder \(place.path)/none", "scripts/setup.sh"])
    }

    /// A configuration of IDX files of this folder.
    private func idx(_ images: String, _ labels: String) throws -> String {
        try place.write(
            """
            data: {set: idx, options: {images: \(images), labels: \(labels)}, validation: 8}
            training: {steps: 2, batch: 4}
            learners: {a: {model: mlp}, b: {model: mlp}}
            teaching: [{mutual: [a, b]}]
            runs: \(place.runs)
            """, to: "idx.yaml")
    }

    @Test(arguments: ["check", "run"])
    func aFileOfDataThatIsMissing(command: String) async throws {
        let file = try idx("\(place.path)/images", "\(place.path)/labels")
        try await expect(
            [command, file], code: .missingFile, ["\(place.path)/images: there is no such file"])
    }

    @Test(arguments: [3, 10, 500])
    func aFileOfDataThatIsCutShort(length: Int) async throws {
        let (images, labels) = IDXFile.pair(count: 32, size: 8, classes: 4)
        let path = try place.write(images.prefix(length), to: "images")
        let file = try idx(path, place.write(labels, to: "labels"))
        for command in ["check", "run"] {
            try await expect(
                [command, file], code: .corruptData, ["\(path): ", "fetch the file again"])
        }
    }

    /// What could have been refused before anything began leaves no run behind.
    @Test func aRunThatCannotBeginLeavesNoRun() async throws {
        _ = try await Cohort.run(
            ["run", Shipped.demonstration, "runs=\(place.runs)", "data.labels.each=600"], in: place)
        #expect(!FileManager.default.fileExists(atPath: place.runs))
    }

    @Test func aFolderOfRunsThatCannotBeWritten() async throws {
        let file = try place.write("not a folder", to: "file")
        try await expect(
            ["run", try place.pair(), "runs=\(file)/runs"], code: .disk,
            ["cannot create \(file)/runs/pair", "Not a directory"])
    }

    @Test func aRunDirectoryThatIsNone() async throws {
        try await expect(
            ["evaluate", place.path], code: .missingFile,
            ["\(place.path)/config.yaml: there is no such file"]
        )
    }

    @Test(arguments: ["check", "run"])
    func aLearnersOwnDataThatAreMissing(command: String) async throws {
        let own = "learners.a.data={set: idx, options: {images: nowhere, labels: nowhere}}"
        try await expect([command, try place.pair(), own], code: .missingFile, ["nowhere"])
    }

    @Test(arguments: ["65536, 65536", "9223372036854775807"])
    func aModelThatIsTooLarge(widths: String) async throws {
        let change = "learners.a={model: mlp, options: {hidden: [\(widths)]}}"
        try await expect(["check", try place.pair(), change], code: .configuration, ["widths"])
    }

    @Test func aResultThatCannotBeWritten() async throws {
        let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
        let command = Process()
        command.executableURL = URL(fileURLWithPath: Cohort.program)
        command.arguments = ["list", "models"]
        command.standardOutput = full
        command.standardError = FileHandle.nullDevice
        try command.run()
        command.waitUntilExit()
        #expect(command.terminationStatus == ExitCode.disk.rawValue)
    }
}
