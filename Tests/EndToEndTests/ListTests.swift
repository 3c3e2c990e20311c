import Testing

/// `cohort list`: everything that a configuration can name.
@Suite(.timeLimit(.minutes(3))) struct ListTests {
    static let kinds = [
        "models", "generators", "losses", "combinations", "objectives", "generator-losses",
        "operations", "methods", "presets", "codecs", "datasets", "tokenizers", "optimizers",
        "schedules",
        "quantizations", "sinks", "nodes",
    ]
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func output(_ arguments: String...) async throws -> [String] {
        let finished = try await Cohort.run(["list"] + arguments, in: place)
        try #require(
            finished.exitCode == .success && finished.errors.isEmpty, "\(finished.complaint)")
        return finished.output
    }

    @Test(arguments: kinds)
    func everyNameOfAKindHasItsOptions(kind: String) async throws {
        let lines = try await output(kind)
        #expect(lines.first == "\(kind):" && lines.count > 1)
        for line in lines.dropFirst() {
            let words = line.split(separator: " ").map(String.init)
            #expect(words.count > 2, "'\(line)' says what it is")
            let options = try await output(kind, words[0])
            #expect(
                options.first == "\(words[0]) has no options"
                    || options.first?.split(separator: " ") == ["option", "default"])
        }
    }

    @Test func withoutAKindAllAreListed() async throws {
        var all: [String] = []
        for kind in Self.kinds { all += try await output(kind) }
        #expect(try await output() == all)
    }

    @Test func aModelsTapsHaveTheirShapes() async throws {
        let rows = try await output("taps", "resnet8").map { $0.split(separator: " ") }
        #expect(
            rows.dropFirst() == [
                ["classes", "10×8×8"], ["features", "64"], ["layer1", "16×32×32"],
                ["layer2", "32×16×16"], ["layer3", "64×8×8"], ["map", "64×8×8"],
            ])
        let finished = try await Cohort.run(["list", "taps"], in: place)
        #expect(finished.exitCode == .configuration && finished.complaint.contains("name a model"))
    }

    /// Those of the data set itself, and those that are computed from images of any data set, also
    /// where it needs options.
    @Test func aDataSetsViewsAreListed() async throws {
        let own = try await output("datasets", "satellite")
        #expect(own.contains { $0.split(separator: " ").starts(with: ["infrared", "of", "the"]) })
        for name in ["satellite", "digits", "idx", "images"] {
            let views = try await output("datasets", name).drop { !$0.hasPrefix("view") }
            #expect(views.contains { $0.hasPrefix("left ") && $0.hasSuffix(", computed") })
        }
        for name in ["table", "text", "wordnet"] {
            #expect(try await !output("datasets", name).contains { $0.hasPrefix("view") })
        }
    }

    @Test func anUnknownNameIsAnsweredWithTheNearest() async throws {
        let finished = try await Cohort.run(["list", "models", "lennet"], in: place)
        #expect(finished.exitCode == .configuration)
        #expect(finished.complaint.contains("did you mean 'lenet'?"))
    }
}
