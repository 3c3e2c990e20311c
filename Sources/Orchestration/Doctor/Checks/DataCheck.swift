/// The data, weights and recordings that a configuration names, each read as a learner reads it.
enum DataCheck: HealthCheck {
    static let name = "data"
    static let summary = "data, weights and recordings: whether they are there and whole"

    static func examine(_ here: Surroundings) throws -> [Examination.Finding] {
        guard let assembler = try here.assembler?.get() else { return [] }
        try assembler.checkAll(here.learners, awaiting: here.awaiting)
        return [.ok(assembler.dataSummary)]
            + assembler.remarks.lines.map {
                .warning($0, remedy: "nothing has to be done where that is intended")
            }
    }
}
