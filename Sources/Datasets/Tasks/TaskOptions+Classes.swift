import Options

extension TaskOptions {
    /// The classes of each task.
    ///
    /// - Throws: ``SettingError`` for all that is no list of classes, and for a class that stands
    ///   twice.
    static func lists(_ setting: Setting) throws(SettingError) -> [[String]] {
        guard case .list(let tasks) = setting.value, !tasks.isEmpty else {
            throw SettingError(
                "data: tasks: classes is a list with a list of classes for each task, as in"
                    + " [[0, 1], [2, 3]]", at: setting.position)
        }
        var problems = SettingProblems()
        var owners: [String: Int] = [:]
        var found: [[String]] = []
        for (number, task) in tasks.enumerated() {
            let named = problems.attempt(at: task.position) { () throws(SettingError) in
                try names(task, number: number + 1)
            }
            for name in named ?? [] {
                guard let other = owners.updateValue(number + 1, forKey: name) else { continue }
                problems.note(
                    SettingError(
                        "data: tasks: class \(name) stands in task \(other) and in task"
                            + " \(number + 1); leave it out of one", at: task.position))
            }
            found.append(named ?? [])
        }
        try problems.finish()
        return found
    }

    private static func names(_ task: Setting, number: Int) throws(SettingError) -> [String] {
        guard case .list(let items) = task.value, !items.isEmpty else {
            throw SettingError(
                "data: tasks: task \(number) is a list of classes, as in [0, 1]",
                at: task.position)
        }
        return try items.map { (item) throws(SettingError) in
            guard case .scalar(let text, _) = item.value, !text.isEmpty else {
                throw SettingError(
                    "data: tasks: a class of task \(number) is no number or name",
                    at: item.position)
            }
            return text
        }
    }
}
