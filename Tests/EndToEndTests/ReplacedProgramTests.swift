import Foundation
import Reporting
import Testing

/// The program's file is replaced while a run goes on, as by an upgrade.
@Suite(.timeLimit(.minutes(3))) struct ReplacedProgramTests {
    private let place: Workplace
    private let program: String

    init() throws {
        place = try Workplace()
        program = "\(place.path)/cohort"
        try FileManager.default.copyItem(atPath: Cohort.program, toPath: program)
    }

    /// A teacher that is trained first, and its student.
    private var staged: [String] {
        get throws {
            let file = try place.write(
                """
                name: staged
                data: {set: digits, labels: 128}
                training: {steps: 6000, batch: 16, interval: 100}
                checkpoints: {every: 200}
                learners:
                  t: {model: mlp, options: {hidden: [16]}}
                  s: {model: mlp, options: {hidden: [8]}, training: {steps: 20}}
                teaching:
                  - teach: {from: t, to: s, staged: true}
                compare: {alone: true}
                runs: \(place.runs)
                """, to: "staged.yaml")
            return [file]
        }
    }

    /// Another file takes the program's place, or none does.
    private func replace(with text: String?) throws {
        try FileManager.default.removeItem(atPath: program)
        guard let text else { return }
        try Data(text.utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    }

    @Test(arguments: [nil, "#!/bin/sh\nexit 99\n"], ["run", "rank"])
    func allProcessesAreOfTheOneThatBegan(other: String?, command: String) async throws {
        let isRank = command == "rank"
        let words =
            try [command] + staged
            + (isRank
                ? [
                    "teaching=[{teach: {from: t, to: s}}]", "--rank", "0", "--size", "1", "--run",
                    "j",
                ]
                : [])
        let (_, finished) = try await Cohort.run(words, in: place, program: program) { launcher in
            try await launcher.areTraining(["t"])
            try replace(with: other)
            // It is started again, too.
            let teacher = try #require(try place.latest("staged").startedProcesses()["t"])
            kill(teacher, SIGKILL)
        }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let summary = try Summary.read(from: place.latest("staged").summary)
        #expect(summary.learners["s"]?.aloneTestAccuracy != nil)
        let log = try place.text(place.latest("staged").launcherLog)
        #expect(log.contains("starting it again"))
    }

    @Test func aProcessKeepsTheProgramsName() async throws {
        let (names, _) = try await Cohort.run(
            ["run", try place.pair(), "training.steps=100000000"], in: place
        ) { launcher in
            try await launcher.areTraining(["a", "b"])
            let processes = try place.latest().startedProcesses().values.sorted()
            defer { launcher.signal(SIGINT) }
            return try processes.map { process in
                (
                    try place.text("/proc/\(process)/comm"),
                    try place.text("/proc/\(process)/cmdline")
                )
            }
        }
        #expect(names.count == 2)
        for (name, line) in names {
            #expect(name == "cohort\n" && line.hasPrefix(Cohort.program + "\0learner"))
        }
    }
}
