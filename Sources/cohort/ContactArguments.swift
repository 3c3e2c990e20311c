import ArgumentParser

/// Whether a launcher prints what a program must know to join.
struct ContactArguments: ParsableArguments {
    /// The forms in which it is printed.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        case json
    }

    @Option(
        help: """
            Print what a program must know to join, as one line on standard output when the \
            rendezvous listens: json. The run's contact.json holds the same.
            """)
    var printContact: Form?

    /// Prints a line; does nothing where that was not asked for.
    var printer: @Sendable (String) -> Void {
        guard printContact != nil else { return { _ in } }
        return { line in
            // The run does not depend on who reads this, and contact.json holds it too.
            do { try printResult(line + "\n") } catch { printNotice("\(error)") }
        }
    }
}
