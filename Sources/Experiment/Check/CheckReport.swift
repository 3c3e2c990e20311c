import CohortGraph
import Limits
import Reporting

/// What only a check that has loaded the data and built the models can report.
public struct CheckFacts: Sendable {
    /// Steps for which a learner learns.
    public var steps: @Sendable (LearnerOptions) -> Int?
    /// Numbers that a learner's model has.
    public var parameters: @Sendable (LearnerOptions) -> Int?
    /// The shape of the images that a learner sees, C×H×W.
    public var shape: @Sendable (LearnerOptions) -> [Int]?
    /// The samples, their shape and their classes; nil where they are not of interest.
    public var data: String?
    /// The quantised layers, and what they save; nil where there are none.
    public var quantization: String?
    /// What the models cost that have a part of another learner's; nil where there are none.
    public var borrowed: String?
    /// How the learning rates move; nil where they are not of interest.
    public var rates: String?
    /// What is published, and how much of it journals hold; nil where it is not of interest.
    public var exchange: String?
    /// How many made samples are kept; nil where none are.
    public var banks: String?
    /// The processors of this host; nil where they are not of interest.
    public var processors: ProcessorAllowance?

    /// What is known; by default nothing.
    public init(
        steps: @escaping @Sendable (LearnerOptions) -> Int? = { _ in nil },
        parameters: @escaping @Sendable (LearnerOptions) -> Int? = { _ in nil },
        shape: @escaping @Sendable (LearnerOptions) -> [Int]? = { _ in nil }
    ) {
        self.steps = steps
        self.parameters = parameters
        self.shape = shape
    }
}

extension ExperimentConfiguration {
    /// What `cohort check` prints: the learners, who teaches whom, what each loss is made of, how a
    /// run survives, and the digests.
    public func checkReport(_ facts: CheckFacts = CheckFacts()) -> String {
        var parts = [
            heading,
            "learners\n" + learnerTable(facts).text,
            "losses\n" + learners.map { "\($0.name): \(lossFormula(of: $0))\n" }.joined(),
            "recovery\n" + recovery,
            "digest\n\(digest)\n\(identityDigest) without how long learners train: messages carry it\n",
        ]
        if !graph.groups.isEmpty {
            parts.insert("teaching\n" + teachingTable.text, at: 2)
        }
        if let data = facts.data { parts.insert("data\n" + data, at: parts.count - 2) }
        if let borrowed = facts.borrowed {
            parts.insert("models of two\n" + borrowed, at: parts.count - 2)
        }
        if let quantization = facts.quantization {
            parts.insert("quantisation\n" + quantization, at: parts.count - 2)
        }
        if let rates = facts.rates {
            parts.insert("learning rate\n" + rates, at: parts.count - 2)
        }
        if let processors = facts.processors {
            parts.insert("threads here\n" + threadListing(on: processors), at: parts.count - 1)
        }
        if let exchange = facts.exchange {
            parts.insert("exchange\n" + exchange, at: parts.count - 2)
        }
        if let banks = facts.banks {
            parts.insert("made samples\n" + banks, at: parts.count - 2)
        }
        let relays = relayListing
        if !relays.isEmpty { parts.insert("relays\n" + relays, at: 3) }
        return parts.joined(separator: "\n")
    }

    private var heading: String {
        let teaching = graph.groups.isEmpty ? ", nobody teaches" : " by \(exchange.transport)"
        let comparison = comparesAlone ? "; each also alone" : ""
        return "\(title): \(learners.count) learner\(learners.count == 1 ? "" : "s")\(teaching),"
            + " seed \(seed)\(comparison)\n"
    }

    /// How much a learner that is killed does again, and how often it may be.
    private var recovery: String {
        "a checkpoint every \(checkpoints.every) steps and at the end, the last \(checkpoints.keep)"
            + " kept; " + (restarts == 0 ? "nobody is" : "each is at most \(restarts) times")
            + " started again\n"
    }

    private func learnerTable(_ facts: CheckFacts) -> TextTable {
        let head = [
            "learner", "model", "input", "parameters", "role", "steps", "batch", "optimizer",
            "schedule",
        ]
        return TextTable(
            rows: [head]
                + learners.map { learner in
                    [
                        learner.name, learner.model?.name ?? "its own",
                        input(of: learner, facts.shape(learner)),
                        facts.parameters(learner).map(String.init) ?? "-",
                        role(of: learner),
                        learner.learns ? learner.training.length(facts.steps(learner)) : "-",
                        batch(of: learner), learner.training.optimizer.name,
                        learner.training.schedule.name,
                    ]
                })
    }

    /// The learner's view, if it names one, and the shape of its images.
    private func input(of learner: LearnerOptions, _ shape: [Int]?) -> String {
        let size = shape?.map(String.init).joined(separator: "×")
        let parts = [learner.view, size].compactMap(\.self)
        return parts.isEmpty ? "-" : parts.joined(separator: " ")
    }

    private func role(of learner: LearnerOptions) -> String {
        guard learner.source == nil else { return "recording" }
        let stage = stages.number(of: learner.name).flatMap {
            stages.count > 1 ? ", stage \($0)" : nil
        }
        return learner.role.rawValue + (learner.isExternal ? ", external" : "") + (stage ?? "")
    }

    private func batch(of learner: LearnerOptions) -> String {
        let (own, common) = ("\(learner.training.batch)", "\(training.common) common")
        guard data.hasPool else { return own }
        return learner.isLabelled ? "\(own) + \(common)" : common
    }
}

extension TrainingOptions {
    fileprivate func length(_ found: Int?) -> String {
        switch budget {
        case .steps(let steps): "\(steps)"
        case .epochs(let epochs): found.map { "\($0) (\(epochs) epochs)" } ?? "\(epochs) epochs"
        }
    }
}
