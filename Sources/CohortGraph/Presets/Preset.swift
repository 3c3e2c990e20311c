import Options

/// A scheme of teaching: one entry of `teaching:`, which stands for edges of the graph.
public protocol Preset: Sendable {
    /// The edges that this scheme stands for in a cohort.
    ///
    /// - Throws: ``SettingError`` where it names learners that the cohort does not have, or that
    ///   cannot do what it asks of them.
    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup]
}

/// The presets that configuration can name: `teaching: [{NAME: {…}}]`.
public enum Presets {
    /// - Parameter rooms: the readers of losses, combinations and codecs.
    public static func registry(_ rooms: EdgeRegistries) -> Registry<any Preset> {
        Registry(
            kind: "preset",
            [
                .init("mutual", Mutual.summary, shortForm: "among") {
                    (options) throws(SettingError) in try Mutual(options: &options, rooms: rooms)
                },
                .init("teach", Teach.summary) { (options) throws(SettingError) in
                    try Teach(options: &options, rooms: rooms)
                },
                .init("chain", Chain.summary, shortForm: "path") {
                    (options) throws(SettingError) in try Chain(options: &options, rooms: rooms)
                },
                .init("dense-chain", DenseChain.summary, shortForm: "path") {
                    (options) throws(SettingError) in
                    try DenseChain(options: &options, rooms: rooms)
                },
                .init("average", Average.summary) { (options) throws(SettingError) in
                    try Average(options: &options, rooms: rooms)
                },
                .init("random-teacher", RandomTeacher.summary) { (options) throws(SettingError) in
                    try RandomTeacher(options: &options, rooms: rooms)
                },
                .init("two-teachers", TwoTeachers.summary) { (options) throws(SettingError) in
                    try TwoTeachers(options: &options, rooms: rooms)
                },
                .init("codistill", Codistill.summary, shortForm: "among") {
                    (options) throws(SettingError) in try Codistill(options: &options, rooms: rooms)
                },
                .init("ring", Ring.summary, shortForm: "among") {
                    (options) throws(SettingError) in try Ring(options: &options, rooms: rooms)
                },
                .init("edge", Edge.summary) { (options) throws(SettingError) in
                    try Edge(options: &options, rooms: rooms)
                },
            ])
    }
}
