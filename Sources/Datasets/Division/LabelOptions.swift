import Options

/// How many labelled samples the learners have, and whether they share them.
///
/// Written `labels: 4000`, or `labels: {each: 60, private: true, pool: rest}`; left out, every
/// training sample is labelled for every learner.
public struct LabelOptions: Hashable, Sendable {
    /// The samples on which learners teach one another.
    public enum Pool: String, CaseIterable, Sendable {
        /// The training samples that are no learner's labelled ones, without their labels.
        case rest
        /// No such samples: learners teach on the labelled samples that they share.
        case empty = "none"
    }

    /// Labelled samples of each learner; nil for all.
    public let each: Int?
    /// Whether each learner's labelled samples are its own, disjoint from the others'.
    public let isPrivate: Bool
    /// Whether there are unlabelled samples that all learners teach on.
    public let pool: Pool

    /// The concentration of the Dirichlet distribution that each learner's shares of the classes
    /// are drawn from; nil for as many of each class as there are.
    public let skew: Double?

    /// - Parameter pool: by default the rest where labels are private, none where they are shared.
    /// - Precondition: private labels, and a pool, leave a number for each learner; only private
    ///   labels are skewed.
    public init(
        each: Int? = nil, isPrivate: Bool = false, pool: Pool? = nil, skew: Double? = nil
    ) {
        precondition(skew == nil || isPrivate, "shared labels are not skewed")
        self.each = each
        self.isPrivate = isPrivate
        self.skew = skew
        self.pool = pool ?? (isPrivate ? .rest : .empty)
        let isOrdinary = !isPrivate && self.pool == .empty
        precondition(each != nil || isOrdinary, "a number for each learner")
    }

    /// Reads what stands under `labels` of a data section.
    ///
    /// - Throws: ``SettingError`` at its place where it is neither a positive number nor such a
    ///   map.
    public init(_ setting: Setting?) throws(SettingError) {
        guard case .scalar(let text, _)? = setting?.value, !text.isEmpty, let setting else {
            self = try OptionReader.read(setting, subject: "labels") {
                (reader) throws(SettingError) in try LabelOptions(options: &reader)
            }
            return
        }
        guard text != "all" else {
            self.init()
            return
        }
        self.init(each: try OptionReader.value(of: setting, "data: labels", in: 1...Int.max))
    }

    /// Reads `each`, `private`, `pool` and `skew`.
    ///
    /// - Throws: ``SettingError`` where private labels, or a pool, lack a number for each learner,
    ///   or shared labels are skewed.
    public init(options: inout OptionReader) throws(SettingError) {
        let each = options.optional(
            "each", Int.self, in: 1...Int.max, fallback: "all", help: "labelled samples a learner")
        let isPrivate = options.flag("private", default: false, help: "disjoint samples")
        let pool = options.choice("pool", default: isPrivate ? Pool.rest : .empty)
        guard each != nil || (!isPrivate && pool == .empty) else {
            throw options.failure(
                isPrivate ? "private" : "pool", "needs `each`, the labelled samples of a learner",
                with: "each")
        }
        let skew = options.optional(
            "skew", Double.self, in: 0.001...1000, fallback: "none",
            help: "few classes a learner the smaller it is (Dirichlet)")
        guard skew == nil || isPrivate else {
            throw options.failure(
                "skew", "divides the classes among learners unevenly; needs `private: true`",
                with: "private")
        }
        self.init(each: each, isPrivate: isPrivate, pool: pool, skew: skew)
    }
}
