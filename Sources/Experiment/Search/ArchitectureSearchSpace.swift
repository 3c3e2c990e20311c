import CohortGraph
import NeuralNetwork
import Options
import Reporting

/// What a search for an architecture tries: for each stage of a teacher a block, of whose layers
/// each is one of some operations.
public struct ArchitectureSearchSpace: Sendable {
    /// The configuration with the data, the training, and the teacher among its learners.
    public let base: ExperimentConfiguration
    /// The name of the teacher.
    public let teacher: String
    /// The places of the teacher's model at which blocks end, from the image on.
    public let taps: [String]
    /// The blocks with all candidates.
    public let blocks: [SearchedBlock]
    /// Options of the edges by which the teacher teaches whole nets.
    private let edge: Setting
    /// The training of supernets, where it is not the configuration's.
    private let training: Setting

    /// - Parameters:
    ///   - taps: empty for the last place of each stage.
    ///   - layers: of each block.
    ///   - operations: of each layer.
    ///   - edge: the options of the teacher's edges, in YAML: `{loss: kd, temperature: 4}`.
    ///   - training: what supernets are trained with in place of the configuration's, in YAML.
    /// - Throws: ``SettingError`` where the configuration cannot be searched; what data throw that
    ///   cannot be had.
    public init(
        _ base: ExperimentConfiguration, teacher: String, taps: [String], layers: Int,
        operations: [String], edge: String, training: String
    ) throws {
        (self.base, self.teacher) = (base, teacher)
        self.edge = try Override("edge=\(edge)").value
        self.training = try Override("training=\(training)").value
        try Self.check(base, teacher)
        let assembler = try Assembler(base)
        let learner = try assembler.learner(teacher)
        let places = try assembler.model(of: learner)?.tapPlaces ?? [:]
        self.taps = taps.isEmpty ? Self.stages(of: places) : taps
        blocks = try Self.blocks(
            ending: self.taps, of: places, from: try assembler.shape(of: learner),
            layers: Array(repeating: operations, count: layers))
    }

    private static func check(
        _ base: ExperimentConfiguration, _ teacher: String
    ) throws(SettingError) {
        let known = base.learners.map(\.name)
        guard let learner = base[teacher] else {
            throw SettingError(
                "--teacher: unknown learner '\(teacher)': \(nearest(to: teacher, among: known))")
        }
        guard base.data.hasValidation else {
            throw SettingError(
                "search: paths are rated on validation samples, and there are none; set"
                    + " data.validation, such as data.validation=0.2")
        }
        guard learner.model != nil, !learner.isExternal, learner.source == nil else {
            throw SettingError(
                "search: teacher '\(teacher)' has no model here whose maps blocks could imitate")
        }
        guard !base.data.hasPrivateLabels, base.data.tasks == nil else {
            throw SettingError(
                "search: all nets are trained on the same labelled samples; let learners share their"
                    + " labels, and leave tasks out")
        }
    }

    /// The last place of each stage of a model: of the maps behind a ReLU that are no block within
    /// a stage, the larger images first.
    private static func stages(of places: [String: Model.Tap]) -> [String] {
        places.filter { name, place in
            place.shape.count == 3 && place.function == .relu && name != "map"
                && !name.contains(".")
        }.sorted {
            let sizes = ($0.value.shape[1], $1.value.shape[1])
            return sizes.0 == sizes.1 ? $0.key < $1.key : sizes.0 > sizes.1
        }.map(\.key)
    }

    private static func blocks(
        ending taps: [String], of places: [String: Model.Tap], from image: [Int],
        layers: [[String]]
    ) throws(SettingError) -> [SearchedBlock] {
        let known = places.keys.sorted()
        guard !taps.isEmpty else {
            throw SettingError(
                "--taps: the teacher's model has no maps behind a ReLU at which blocks could end")
        }
        var before = image
        return try taps.map { (tap) throws(SettingError) in
            guard let place = places[tap] else {
                throw SettingError(
                    "--taps: unknown tap '\(tap)': \(nearest(to: tap, among: known))")
            }
            defer { before = place.shape }
            guard place.shape.count == 3, place.function == .relu,
                let stride = reduction(from: before, to: place.shape)
            else {
                throw SettingError(
                    "--taps: no block ends at '\(tap)'; name maps behind a ReLU, each as large as the"
                        + " one before or smaller by a whole factor, from the image on")
            }
            // Reading it back judges the operations.
            return try SearchedBlock(
                SearchedBlock(channels: place.shape[0], stride: stride, layers: layers).text)
        }
    }

    /// The stride that makes images C×H×W of one size those of another.
    private static func reduction(from large: [Int], to small: [Int]) -> Int? {
        (1...max(1, large[1])).first { stride in
            zip(large.dropFirst(), small.dropFirst()).allSatisfy {
                ($0 + stride - 1) / stride == $1
            }
        }
    }

    /// The net of a path through all blocks.
    public func net(along path: [Int]) -> [SearchedBlock] {
        var rest = path[...]
        return blocks.map { block in
            defer { rest = rest.dropFirst(block.layers.count) }
            return block.along(rest.prefix(block.layers.count))
        }
    }

    /// The name of the learner that learns a block, from 0.
    static func name(ofBlock place: Int) -> String { "block-\(place + 1)" }

    /// The name of the learner that is the supernet of whole nets.
    static let supernet = "supernet"
}

/// The cohorts of a search.
extension ArchitectureSearchSpace {
    /// The weights that the configuration gives the teacher; nil where it is to be trained.
    public var teacherWeights: String? { base[teacher]?.weights }

    /// The teacher by itself, trained on the labels.
    public func teacherTraining(in runs: String) throws(SettingError) -> ExperimentConfiguration {
        try configuration(
            named: "teacher", learners: [(teacher, frozen(nil))], teaching: [], in: runs)
    }

    /// A process for each block, and the teacher.
    public func blockTraining(
        weights: String, in runs: String
    ) throws(SettingError) -> ExperimentConfiguration {
        var learners = [(teacher, try frozen(weights))]
        var teaching: [Setting] = []
        for (place, block) in blocks.enumerated() {
            let name = Self.name(ofBlock: place)
            learners.append((name, model([block], role: .block, training: training)))
            let ends = taps[max(0, place - 1)...place].map { Setting.scalar($0) }
            teaching.append(
                .map([
                    "blockwise": .map([
                        "teacher": .scalar(teacher), "to": .scalar(name),
                        "taps": Setting(unwritten: .list(ends)),
                    ])
                ]))
        }
        return try configuration(
            named: "blocks", learners: learners, teaching: teaching, in: runs)
    }

    /// The supernet of whole nets, taught by the teacher.
    public func supernetTraining(
        weights: String, in runs: String
    ) throws(SettingError) -> ExperimentConfiguration {
        try configuration(
            named: Self.supernet,
            learners: [
                (teacher, frozen(weights)),
                (Self.supernet, model(blocks, isAffine: false, training: training)),
            ], teaching: [teach([Self.supernet])], in: runs)
    }

    /// Nets that the teacher teaches, each trained alone too.
    public func netTraining(
        _ nets: [(name: String, blocks: [SearchedBlock])], weights: String, in runs: String
    ) throws(SettingError) -> ExperimentConfiguration {
        try configuration(
            named: "nets",
            learners: [(teacher, frozen(weights))] + nets.map { ($0.name, model($0.blocks)) },
            teaching: [teach(nets.map(\.name))], comparesAlone: true, in: runs)
    }

    /// The teacher: with weights it never learns, and without it is trained.
    private func frozen(_ weights: String?) throws(SettingError) -> Setting {
        guard var learner = base[teacher] else {
            throw SettingError("search: there is no learner '\(teacher)' any more")
        }
        learner.weights = weights
        learner.role = weights == nil ? .student : .teacher
        if weights != nil { learner.training = base.training }
        return learner.setting(in: base.training)
    }

    private func model(
        _ blocks: [SearchedBlock], isAffine: Bool = true, role: Role = .student,
        training: Setting? = nil
    ) -> Setting {
        .map([
            "model": .scalar(SearchedNet.name), "role": .scalar(role.rawValue),
            "options": .map([
                "blocks": Setting(unwritten: .list(blocks.map { .scalar($0.text) })),
                "affine": .scalar(isAffine),
            ]), "training": training,
        ])
    }

    private func teach(_ students: [String]) -> Setting {
        var entries = [
            Setting.Entry(key: "from", position: .unwritten, value: .scalar(teacher)),
            Setting.Entry(
                key: "to", position: .unwritten,
                value: Setting(unwritten: .list(students.map { .scalar($0) }))),
        ]
        if case .map(let more) = edge.value { entries += more }
        return .map(["teach": Setting(unwritten: .map(entries))])
    }

    private func configuration(
        named name: String, learners: [(String, Setting)], teaching: [Setting],
        comparesAlone: Bool = false, in runs: String
    ) throws(SettingError) -> ExperimentConfiguration {
        let replaced = ["name", "title", "learners", "teaching", "compare", "runs"]
        guard case .map(let kept) = base.setting.without(replaced).value else {
            preconditionFailure("a configuration is a map")
        }
        let entries = learners.map {
            Setting.Entry(key: $0.0, position: .unwritten, value: $0.1)
        }
        let added = [
            ("name", Setting.scalar(name)), ("learners", Setting(unwritten: .map(entries))),
            ("teaching", Setting(unwritten: .list(teaching))),
            ("compare", .map(["alone": .scalar(comparesAlone)])), ("runs", .scalar(runs)),
        ].map { Setting.Entry(key: $0.0, position: .unwritten, value: $0.1) }
        return try ExperimentConfiguration(
            Setting(unwritten: .map(added + kept)), name: name, registries: .all)
    }
}
