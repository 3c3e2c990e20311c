import Reporting

/// The disputed samples of a run that goes on: read, compared and loaded apart from the server, so
/// that no page waits for them.
actor DisputeWatch {
    private let run: RunDirectory
    private let source: TestSamples.Source?
    private var files = AnswerFiles()
    private var disputes: Disputes?
    /// As they were loaded last.
    private var loaded: Result<TestSamples, SamplesMissing>?
    private var reading: Task<Void, Never>?
    private var lastLook: ContinuousClock.Instant?
    /// Counts changes of ``page``.
    private(set) var revision = 0
    /// For the page; nil where no learner has answers.
    private(set) var page: PageValue?

    /// How often the files are looked at, at most.
    private static let pause = Duration.seconds(2)

    /// Reads nothing yet.
    ///
    /// - Parameter source: loads the samples; nil where pages show answers alone.
    init(_ run: RunDirectory, _ source: TestSamples.Source?) {
        (self.run, self.source) = (run, source)
    }

    /// The page's part and its revision, as far as they are known; begins to read what is new.
    func news() -> (revision: Int, page: PageValue?) {
        look()
        return (revision, page)
    }

    /// The PNG file of a disputed sample; nil of any other.
    func picture(of sample: Int) async -> [UInt8]? {
        guard let disputes, disputes.samples.contains(where: { $0.number == sample }),
            case .success(let samples)? = samples(of: disputes)
        else { return nil }
        return await Task.detached { samples.picture(of: sample) }.value
    }

    private func look() {
        let now = ContinuousClock.now
        if reading != nil { return }
        if let lastLook, now - lastLook < Self.pause { return }
        lastLook = now
        let found = AnswerFiles(of: run)
        guard found != files else { return }
        files = found
        reading = Task { await read() }
    }

    private func read() async {
        let run = run
        let disputes = await Task.detached { Disputes(of: run) }.value
        self.disputes = disputes
        show()
        if let source, !isLoaded, !disputes.samples.isEmpty {
            loaded = await Task.detached { SamplesMissing.catching(source) }.value
            show()
        }
        reading = nil
    }

    /// Samples are loaded once, when there is something to be shown; where that fails, again at the
    /// next change.
    private var isLoaded: Bool { if case .success? = loaded { true } else { false } }

    /// Those that are loaded, where they are of these answers; nil where none were loaded yet.
    private func samples(of disputes: Disputes) -> Result<TestSamples, SamplesMissing>? {
        loaded?.flatMap { samples in SamplesMissing.catching { try disputes.checked(samples) } }
    }

    private func show() {
        page = disputes.map { $0.page(samples(of: $0), embedsPictures: false) }
        revision += 1
    }
}

extension SamplesMissing {
    /// The samples, or why there are none.
    static func catching(
        _ load: () throws -> TestSamples
    ) -> Result<TestSamples, SamplesMissing> {
        do { return .success(try load()) } catch let error as SamplesMissing {
            return .failure(error)
        } catch { return .failure(SamplesMissing("\(error)")) }
    }
}
