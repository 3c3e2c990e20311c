/// Texts with the names of their classes, as a file or a folder holds them.
package struct LabelledTexts: Sendable {
    /// A text.
    package struct Entry: Equatable, Sendable {
        /// Where it stands, for messages: `line 7`, or the path of a file.
        package let place: String
        package let text: String
        /// The name of its class.
        package let label: String
    }

    /// Where they were read from.
    package let path: String
    /// In the order of the file, or of the names in the folder.
    package var entries: [Entry] = []
    /// What is unlikely about them.
    package var remarks: [String] = []

    init(_ path: String) { self.path = path }

    /// Checks that every class has a name, and that there are texts.
    ///
    /// - Parameter classes: those that the texts may be of; nil for any.
    /// - Throws: ``DatasetError`` (65) that names the places of labels that cannot be used.
    func check(classes: ClassNames?) throws(DatasetError) {
        var mistakes = Mistakes()
        for entry in entries {
            if entry.label.isEmpty {
                mistakes.add("\(entry.place): the label is missing")
            } else if let classes, classes[entry.label] == nil {
                mistakes.add("\(entry.place): '\(entry.label)' is no class of the training texts")
            }
        }
        try mistakes.check(
            path, remedy: "correct the labels, or name classes to be left out under leave-out")
        if entries.isEmpty { throw DatasetError(.corrupt, "\(path): holds no text") }
    }
}
