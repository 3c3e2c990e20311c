import Foundation

/// One thing that a learner reports: what the sinks take and what a line of `metrics.jsonl` holds.
///
/// As JSON it is one flat object: `ts` (seconds since 1970), `run`, `peer`, `role`, `kind`, `split`
/// where the numbers belong to one, and the members of its body.
public struct Record: Hashable, Sendable {
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
    public var learner: String
    /// `student`, `teacher`, `assistant`; or `launcher`.
    public var role: String
    public var body: Body

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
