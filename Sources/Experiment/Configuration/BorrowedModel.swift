import CohortGraph
import Options

/// How a learner's model is made of its own and of another learner's: `classifier: {of, factor}` or
/// `assists: {student, model, options}`.
public enum BorrowedModel: Hashable, Sendable {
    /// It classifies by another learner's last layer, behind a projector.
    case classifier(of: String, factor: Int)
    /// It is a trained student and an assistant; the assistant's model is the student's unless one
    /// is named. The learner's `model` is the budget of both together.
    case student(String, assistant: NamedOptions?)

    /// What the teaching graph knows of it.
    public var part: BorrowedPart {
        switch self {
        case .classifier(let name, _): .classifier(of: name)
        case .student(let name, _): .student(name)
        }
    }

    /// The key by which it is written.
    public var key: String {
        switch self {
        case .classifier: "classifier"
        case .student: "assists"
        }
    }

    /// In full form.
    var setting: Setting {
        switch self {
        case .classifier(let name, let factor):
            .map(["of": .scalar(name), "factor": .scalar(factor)])
        case .student(let name, let assistant):
            .map([
                "student": .scalar(name), "model": assistant.map { .scalar($0.name) },
                "options": assistant?.options,
            ])
        }
    }
}

extension BorrowedModel {
    /// Reads the two keys of a learner; nil where neither is written.
    static func reading(
        _ reader: inout OptionReader, _ registries: Registries
    ) -> BorrowedModel? {
        let subject = reader.subject
        let classifier = reader.made(
            "classifier", fallback: "none", help: "another learner's last layer, behind a projector"
        ) { (written) throws(SettingError) -> BorrowedModel? in
            guard let written else { return nil }
            return try .classifier(written, "\(subject): classifier")
        }
        let pair = reader.made(
            "assists", fallback: "none", help: "a trained student that the learner completes"
        ) { (written) throws(SettingError) -> BorrowedModel? in
            guard let written else { return nil }
            return try .student(written, "\(subject): assists", registries)
        }
        if reader.position(of: "classifier") != nil, reader.position(of: "assists") != nil {
            reader.note(
                reader.failure(
                    "classifier", "and assists would make two models of one learner; leave one out")
            )
        }
        return (classifier ?? nil) ?? (pair ?? nil)
    }

    private static func classifier(
        _ written: Setting, _ subject: String
    ) throws(SettingError) -> BorrowedModel {
        try OptionReader.read(written, subject: subject, shortForm: "of") {
            (inner) throws(SettingError) in
            let factor = inner.value("factor", default: 2, in: 1...1024)
            guard let name = inner.optional("of", String.self) else {
                throw inner.failure("of", "is missing; name the learner whose last layer it is")
            }
            return .classifier(of: name, factor: factor)
        }
    }

    private static func student(
        _ written: Setting, _ subject: String, _ registries: Registries
    ) throws(SettingError) -> BorrowedModel {
        try OptionReader.read(written, subject: subject, shortForm: "student") {
            (inner) throws(SettingError) in
            let (model, options) = (inner.optional("model", String.self), inner.setting("options"))
            guard let name = inner.optional("student", String.self) else {
                throw inner.failure("student", "is missing; name the learner that was trained")
            }
            guard let model else {
                guard options == nil else {
                    throw inner.failure("options", "are of a model; name it", with: "model")
                }
                return .student(name, assistant: nil)
            }
            let read = try registries.model(model, options, written["model"]?.value.position)
            return .student(name, assistant: NamedOptions(name: model, options: read))
        }
    }
}
