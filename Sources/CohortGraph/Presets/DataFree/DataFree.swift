import Options

/// Distillation without data: a generator makes the samples on which a teacher teaches students.
/// It learns through gradients that the teacher, and where the method compares them the students,
/// send back: no weights leave their hosts.
///
///     data-free: {generator: g, teacher: t, to: [s], method: dafl}
///
/// The other options are of the edges from the teacher to the students; `staged: true` trains the
/// teacher first.
struct DataFree: Preset {
    static let name = "data-free"
    static let summary =
        "students learn on samples that a generator makes (DAFL, ZSKT, DFAD, DI, CMI)"

    private let generator: Members
    private let teacher: Members
    private let students: Members
    private let method: any DataFreeMethod
    private let edge: EdgeOptions
    private let guides: [EdgeOptions]

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        generator = Members(
            "generator", of: &options, count: 1...1, help: "who makes the samples")
        teacher = Members("teacher", of: &options, count: 1...1, help: "who teaches on them")
        students = Members("to", of: &options, help: "who learns")
        let named = options.named(
            "method", default: CertainSamples.name, help: "see `cohort list methods`"
        ) { (name, setting, position) throws(SettingError) in
            try DataFreeMethods.registry.read(name, options: setting, at: position).options
        }
        let method = try DataFreeMethods.registry.make(named.name, options: named.options)
        var edge = try EdgeOptions(
            &options,
            default: .init(loss: method.studentLoss, temperature: 1, inputs: .made),
            registries: registries)
        if options.isSound, edge.inputs != .made {
            throw options.failure(
                "inputs",
                "is '\(edge.inputs.rawValue)', and a generator makes them here; leave it out")
        }
        edge.schedule.turn = method.studentTurn
        (self.method, self.edge) = (method, edge)
        guides = try method.guides.map { (guide) throws(SettingError) in
            try EdgeOptions(guide, at: method.generatorTurn, registries)
        }
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let generator = try generator.found(among: learners, learning: true)[0]
        guard learners.first(where: { $0.name == generator })?.role == .generator else {
            throw SettingError(
                "data-free: learner '\(generator)' is no generator; write `role: generator` at it")
        }
        let teacher = try teacher.found(among: learners)[0]
        let students = try students.found(among: learners, learning: true)
        if let odd = ([teacher] + students).first(where: { $0 == generator })
            ?? students.first(where: { $0 == teacher })
        {
            throw SettingError("data-free: learner '\(odd)' is named in two parts; name it in one")
        }
        return students.map { EdgeGroup(from: [teacher], to: $0, edge) }
            + zip(method.guides, guides).map { guide, edge in
                let nodes =
                    switch guide.sees {
                    case .teacher: [teacher]
                    case .teacherAndStudents: [teacher] + students
                    case .samples: [generator]
                    }
                var group = EdgeGroup(from: nodes, to: generator, edge)
                group.edge.isStaged = self.edge.isStaged
                group.concurrent = Set(students + [generator])
                return group
            }
    }
}

extension EdgeOptions {
    /// The edge by which a guide's teachers show a generator what they compute of its samples.
    init(
        _ guide: Guide, at turn: WeightSchedule.Turn?, _ registries: EdgeRegistries
    ) throws(SettingError) {
        let facts = try registries.guide(guide.loss, guide.options, nil)
        var schedule = WeightSchedule()
        schedule.turn = turn
        let taps = guide.tap.map { Taps(from: [$0], to: [$0]) } ?? .none
        self.init(
            loss: guide.loss, knowledge: facts.knowledge, taps: taps, weight: guide.weight,
            schedule: schedule, lossTraits: facts.traits)
        loss = NamedOptions(name: guide.loss, options: facts.options)
        inputs = .made
    }
}
