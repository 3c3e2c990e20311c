import Options

/// What makes tasks: classes or data sources that are given, or a number and the run's seed.
struct TaskMaking {
    /// How many there are.
    let count: Int
    /// The classes of each; nil where they are drawn, or tasks are sources.
    let classes: [[String]]?
    /// The data source of each; nil where tasks divide the classes of one.
    let sources: [TaskSource]?

    /// Reads `count`, `classes`, `sources` and `by`.
    init(options: inout OptionReader) throws(SettingError) {
        let written = options.optional(
            "count", Int.self, in: 1...1000, help: "tasks that the run's seed makes")
        let lists = options.setting("classes", help: "of each task, by number or name")
        let parts = options.setting(
            "sources", help: "of each task: {set, options, permute, rotate}")
        let isGiven = lists != nil || parts != nil
        let difference = try options.reading(
            refusedBecause: isGiven ? "where `classes` or `sources` say it; leave it out" : nil
        ) { (options) throws(SettingError) in
            options.choice(
                "by", default: TaskOptions.Difference.classes, help: "in what `count` tasks differ")
        }
        classes = lists.flatMap { lists in
            options.attempt("classes") { (_) throws(SettingError) in
                try TaskOptions.lists(lists)
            }
        }
        let given = parts.flatMap { parts in
            options.attempt("sources") { (_) throws(SettingError) in try TaskSource.all(parts) }
        }
        sources = given ?? written.flatMap { TaskSource.changed($0, by: difference) }
        count = classes?.count ?? given?.count ?? written ?? 1
        guard options.isSound else { return }
        note(written, lists != nil, parts != nil, &options)
    }

    /// Notes what is missing, or given twice.
    ///
    /// - Parameters:
    ///   - written: the `count`.
    ///   - hasClasses: whether classes are given.
    ///   - hasSources: whether sources are given.
    private func note(
        _ written: Int?, _ hasClasses: Bool, _ hasSources: Bool, _ options: inout OptionReader
    ) {
        switch (hasClasses, hasSources) {
        case (true, true):
            options.note(options.failure("sources", "or classes make the tasks; leave one out"))
        case (false, false) where written == nil:
            options.note(
                options.failure(
                    "count", "or classes is needed, or sources: how many tasks, or what is in each")
            )
        case (true, false), (false, true):
            guard let written, written != count else { return }
            let key = hasClasses ? "classes" : "sources"
            options.note(
                options.failure(
                    "count", "is \(written), and \(key) lists \(count) tasks; leave it out"))
        default: return
        }
    }
}
