import Bytes
import Foundation
import Reporting

/// A run directory that is followed, and what the page shows of it.
actor LiveRun {
    private var follower: RunFollower
    private var course = RunCourse()
    private let run: RunDirectory
    /// The samples on which learners disagree.
    nonisolated let disputes: DisputeWatch
    private var facts: PageFacts
    /// Counts changes of the facts.
    private var factsRevision = 1
    private var lastRead: ContinuousClock.Instant?
    /// Tells positions that hold from those of an earlier server, and of what was forgotten.
    private var id = LiveRun.randomID()

    /// How often the files are read, at most.
    static let pause = Duration.milliseconds(500)
    /// What is longer is sent in parts.
    private static let partBytes = 1 << 18
    /// How long a page waits for a part of a long run.
    private static let patience = Duration.seconds(1)

    /// Follows a run.
    init(_ run: RunDirectory, _ disputes: DisputeWatch) {
        (self.run, self.disputes) = (run, disputes)
        follower = RunFollower(run)
        facts = PageFacts(of: run)
    }

    /// The title of the page.
    var title: String { facts.title }

    /// The events for a page that has seen everything up to a position.
    ///
    /// - Parameter position: as the last event named it; nil for a new page. One of another server
    ///   counts as none.
    /// - Returns: the parts of what is new; the last one has the position.
    /// - Throws: ``DiskError`` where the run cannot be read.
    func events(
        after position: String?, _ selection: RunCourse.Selection
    ) async throws(DiskError) -> [ServerEvent] {
        let news = await disputes.news()
        try refresh()
        let now = Revisions(course: course.revision, facts: factsRevision, disputes: news.revision)
        let known = revisions(at: position)
        guard known != now else { return [] }
        var members: [(String, PageValue?)] = [
            ("whole", .bool(known == nil)), ("reading", .bool(follower.isBehind)),
        ]
        if known?.facts != now.facts { members += facts.members }
        if known?.disputes != now.disputes { members.append(("disputes", news.page)) }
        members += course.page(since: known?.course ?? 0, selection)
        let parts = PageParts.split(members, atMost: Self.partBytes)
        var events = parts.map { ServerEvent(id: nil, data: PageValue.object($0).json) }
        events[events.count - 1].id = ([id] + now.numbers.map(String.init)).joined(separator: "-")
        return events
    }

    private func refresh() throws(DiskError) {
        let now = ContinuousClock.now
        if let lastRead, !follower.isBehind, now - lastRead < Self.pause { return }
        lastRead = now
        repeat { try readPart() } while follower.isBehind && .now - now < Self.patience
        let read = PageFacts(of: run)
        guard read != facts else { return }
        facts = read
        factsRevision += 1
    }

    private func readPart() throws(DiskError) {
        let updates = try follower.poll()
        let gone = Set(course.learners.keys).subtracting(follower.learners)
        for learner in gone { course.forget(learner) }
        for update in updates { course.add(update) }
        // Open pages know what is forgotten: they get everything anew.
        if !gone.isEmpty || updates.contains(where: \.replacesEarlier) { id = Self.randomID() }
    }

    private static func randomID() -> String { String(UInt32.random(in: 0 ... .max), radix: 36) }

    private func revisions(at position: String?) -> Revisions? {
        let parts = (position ?? "").split(separator: "-").map(String.init)
        guard parts.first == id, let known = Revisions(parts.dropFirst().compactMap { Int($0) }),
            known.course <= course.revision
        else { return nil }
        return known
    }
}
