import Foundation

/// One report of a learner: what the sinks take, and a line of `metrics.jsonl`.
///
/// As JSON it is one flat object: `ts` (seconds since 1970), `run`, `peer`, `role`, `kind`, `split`
/// where the numbers belong to one, and the members of its body.
public struct Record: Hashable, Sendable {
    /// What is reported, by its kind.
    public enum Body: Hashable, Sendable {
        case start(StartReport)
        case interval(IntervalReport)
        case epoch(EpochReport)
        case end(EndReport)
        case notice(Notice)
    }

    /// To the millisecond.
    public var time: Date
    /// The run's identifier.
    public var run: String
    /// The name of the learner, or of another process that reports.
    public var learner: String
    /// `student`, `teacher`, `assistant`; or `launcher`.
    public var role: String
    /// What is reported.
    public var body: Body

    /// A record of a time, which is rounded to the millisecond.
    public init(
        time: Date = Date(), run: String, learner: String, role: String, _ body: Body
    ) {
        let milliseconds = (time.timeIntervalSince1970 * 1000).rounded()
        self.time = Date(timeIntervalSince1970: milliseconds / 1000)
        self.run = run
        self.learner = learner
        self.role = role
        self.body = body
    }
}

extension Record: Codable {
    private enum Kind: String, Codable {
        case start, interval, epoch, end, notice
    }

    private enum CodingKeys: String, CodingKey {
        case time = "ts"
        case run, role, kind, split
        case learner = "peer"
    }

    /// Reads the flat object.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        time = Date(timeIntervalSince1970: try container.decode(Double.self, forKey: .time))
        run = try container.decode(String.self, forKey: .run)
        learner = try container.decode(String.self, forKey: .learner)
        role = try container.decode(String.self, forKey: .role)
        body =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .start: .start(try StartReport(from: decoder))
            case .interval: .interval(try IntervalReport(from: decoder))
            case .epoch: .epoch(try EpochReport(from: decoder))
            case .end: .end(try EndReport(from: decoder))
            case .notice: .notice(try Notice(from: decoder))
            }
    }

    /// Writes the flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time.timeIntervalSince1970, forKey: .time)
        try container.encode(run, forKey: .run)
        try container.encode(learner, forKey: .learner)
        try container.encode(role, forKey: .role)
        let (kind, split, report) = parts
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(split, forKey: .split)
        try report.encode(to: encoder)
    }

    private var parts: (kind: Kind, split: String?, report: any Encodable) {
        switch body {
        case .start(let report): (.start, nil, report)
        case .interval(let report): (.interval, "train", report)
        case .epoch(let report): (.epoch, "test", report)
        case .end(let report): (.end, nil, report)
        case .notice(let report): (.notice, nil, report)
        }
    }
}
