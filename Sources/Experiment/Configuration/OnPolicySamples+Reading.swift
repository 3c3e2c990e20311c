import CohortGraph
import Datasets
import NeuralNetwork
import Options
import Training

extension OnPolicySamples {
    /// Makes sure that a model can write samples like those of the data.
    ///
    /// - Throws: ``SettingError`` where it predicts no tokens, the beginnings are whole samples, or
    ///   the samples are no windows of running text.
    func check(_ model: Model, of name: String, _ data: SampleSet) throws(SettingError) {
        guard model.rowsPerSample > 1 else {
            throw SettingError(
                "learner '\(name)': on-policy needs a model that predicts tokens, such as gpt; leave"
                    + " it out")
        }
        guard prompt < model.rowsPerSample else {
            throw SettingError(
                "learner '\(name)': on-policy.prompt is \(prompt), and a sample has"
                    + " \(model.rowsPerSample) tokens, so that nothing is left to write; lower it")
        }
        // Of windows the last one alone may end in padding.
        guard !data.labels.dropLast(data.labelsPerSample).contains(SampleSet.none) else {
            throw SettingError(
                "learner '\(name)': on-policy continues windows of running text, and the samples are"
                    + " lines, which end by themselves; set samples: windows, or leave it out")
        }
    }

    /// Reads `on-policy` of a learner; nil where it is not written.
    static func reading(_ reader: inout OptionReader) -> OnPolicySamples? {
        let subject = reader.subject
        let read = reader.made(
            "on-policy", fallback: "none", help: "sequences that it writes itself and is judged by"
        ) { (written) throws(SettingError) -> OnPolicySamples? in
            guard let written else { return nil }
            return try OptionReader.read(written, subject: "\(subject): on-policy") {
                (options) throws(SettingError) in
                try OnPolicySamples(options: &options)
            }
        }
        return read ?? nil
    }

    private init(options: inout OptionReader) throws(SettingError) {
        self.init(
            share: options.value(
                "share", default: 0.5, in: 0...1,
                help: "of the steps, at which the learner writes its samples itself"),
            prompt: options.value(
                "prompt", default: 16, in: 1...65535, help: "tokens of a sample that it continues"),
            choice: TokenChoice(
                temperature: options.value(
                    "temperature", default: 1, in: 0...100,
                    help: "of what it writes; 0 takes the likeliest"),
                most: options.optional(
                    "top-k", Int.self, in: 1...1 << 24, fallback: "all",
                    help: "how many of the likeliest tokens it draws from")))
    }

    /// In full form.
    var setting: Setting {
        .map([
            "share": .scalar(share), "prompt": .scalar(prompt),
            "temperature": .scalar(choice.temperature), "top-k": choice.most.map(Setting.scalar),
        ])
    }
}

extension ExperimentConfiguration {
    /// Refuses learners that write samples whose neighbours would see others.
    func checkOnPolicy(_ written: Setting, _ problems: inout SettingProblems) {
        for learner in learners where learner.onPolicy != nil {
            guard let problem = problem(writingOf: learner) else { continue }
            let entry = written["learners"]?.value[learner.name]
            problems.note(
                SettingError(
                    "learner '\(learner.name)': on-policy \(problem)",
                    at: entry?.value["on-policy"]?.position ?? entry?.position))
        }
    }

    /// What is wrong with a learner that writes samples; nil where nothing is.
    private func problem(writingOf learner: LearnerOptions) -> String? {
        let name = learner.name
        guard learner.learns else {
            return "has no effect: it never learns; leave it out"
        }
        if learner.isExternal { return "is written by programs of its own; leave it out" }
        let groups = graph.groups(into: name)
        guard !groups.isEmpty else {
            return "has no effect: nobody teaches '\(name)'; name a teacher, or leave it out"
        }
        if let group = groups.first(where: { $0.edge.inputs != .send && $0.from != [name] }) {
            return "needs teachers that are sent what it writes, and"
                + " \(group.from.joined(separator: ", ")) would see the data's samples; write"
                + " `inputs: send` on the edge"
        }
        if let group = groups.first(where: { $0.edge.needsLabels }) {
            return "writes samples without labels, and the edge of loss '\(group.edge.loss.name)'"
                + " reads labels, by its loss, combination or gate; choose another"
        }
        if groups.contains(where: { $0.edge.combinationTraits.contains(.countsVotes) }) {
            return "writes samples that have no numbers, by which private votes know what they"
                + " answered; leave one out"
        }
        if graph.teaches(name) {
            return "writes samples that those whom '\(name)' teaches never see; let it teach nobody"
        }
        let teachers = groups.flatMap(\.from)
        let other = teachers.flatMap { graph.students(of: $0) }.first { $0 != name }
        return other.map {
            "lets its teacher answer what '\(name)' writes, and that teacher teaches '\($0)' too;"
                + " give each a teacher of its own"
        }
    }
}
