/// The letters that the terminal shows: the program writes UTF-8.
enum LocaleCheck: HealthCheck {
    static let name = "locale"
    static let summary = "whether the locale's letters are UTF-8, which the program writes"

    static func examine(_ here: Surroundings) -> [Examination.Finding] {
        let set = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { name in here.environment[name].map { (name, $0) } }
            .first { !$0.1.isEmpty }
        guard let (variable, locale) = set else { return [.ok("none is set; UTF-8 is written")] }
        let letters = locale.split(separator: ".").dropFirst().first?.prefix { $0 != "@" }
        let plain = letters?.lowercased().filter { $0.isLetter || $0.isNumber }
        guard let letters, plain != "utf8" else { return [.ok("\(variable)=\(locale)")] }
        return [
            .warning(
                "\(variable)=\(locale): what is not ASCII is shown wrongly in \(letters)",
                remedy: "`export LC_ALL=C.UTF-8`")
        ]
    }
}
