import Options

/// A learner learns a block of a student from the maps of a teacher (*Blockwisely Supervised Neural
/// Architecture Search with Knowledge Distillation*, Li et al. 2020): it is given the map at the
/// first tap, or the images where there is one tap alone, and imitates the map at the last.
///
///     blockwise: {teacher: t, to: b, taps: [layer1, layer2]}
///
/// Blocks do not wait for one another, so that a cohort of blocks learns all of them at once.
struct Blockwise: Preset {
    static let name = "blockwise"
    static let summary = "a block of a student imitates a stage of a teacher (Li et al. 2020)"

    /// The place of a block's model that imitates.
    private static let output = "output"

    private let teacher: Members
    private let block: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        teacher = Members("teacher", of: &options, count: 1...1, help: "whose maps they are")
        block = Members("to", of: &options, count: 1...1, help: "a learner with `role: block`")
        let taps = options.list(
            "taps", default: [String](),
            help: "of the teacher: of the block's input, unless that is images, and its output")
        if !(1...2).contains(taps.count) {
            options.note(
                options.failure(
                    "taps",
                    "names \(taps.count) places; name that of the block's output, and before it that"
                        + " of its input where it is not given images"), about: "taps")
        }
        edge = EdgeOptions(
            loss: "block", knowledge: .feature, taps: Taps(from: taps, to: [Self.output]),
            lossTraits: .imitatesStage)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let teacher = try teacher.found(among: learners)[0]
        let block = try block.found(among: learners, learning: true)[0]
        guard let found = learners.first(where: { $0.name == teacher }), !found.learns else {
            throw SettingError(
                "blockwise: learner '\(teacher)' learns, and blocks imitate maps that stay; write"
                    + " `role: teacher` and its weights at it")
        }
        return [EdgeGroup(from: [teacher], to: block, edge)]
    }
}
