/// The named things of one kind that configuration can ask for: models, losses, datasets…
///
/// An entry is one line: `.init("mlp", "multilayer perceptron") { try MLP(options: &$0) }`.
public struct Registry<Product>: Sendable {
    public struct Entry: Sendable {
        public let name: String
        /// What it is, in a few words and with its paper.
        public let summary: String
        /// The option that a value alone sets: with `among`, `[a, b]` stands for `{among: [a, b]}`.
        public let shortForm: String?
        let make: @Sendable (inout OptionReader) throws(SettingError) -> Product

        public init(
            _ name: String, _ summary: String, shortForm: String? = nil,
            make: @escaping @Sendable (inout OptionReader) throws(SettingError) -> Product
        ) {
            self.name = name
            self.summary = summary
            self.shortForm = shortForm
            self.make = make
        }
    }

    /// What it holds, for messages: `model`.
    public let kind: String
    public let entries: [Entry]

    public init(kind: String, _ entries: [Entry]) {
        self.kind = kind
        self.entries = entries
    }

    public var names: [String] { entries.map(\.name) }

    /// Makes what `name` stands for from its options.
    ///
    /// - Throws: ``SettingError`` for an unknown name, an unknown key or a bad value.
    public func make(
        _ name: String, options: Setting? = nil, at position: SourcePosition? = nil
    ) throws(SettingError) -> Product {
        try read(name, options: options, at: position).product
    }

    /// As ``make(_:options:at:)``, and the options in their full form, with every default.
    public func read(
        _ name: String, options: Setting? = nil, at position: SourcePosition? = nil
    ) throws(SettingError) -> (product: Product, options: Setting) {
        guard let entry = self[name] else {
            throw SettingError(
                "unknown \(kind) '\(name)': \(nearest(to: name, among: names))", at: position)
        }
        var reader = try OptionReader(
            options, subject: "\(kind) '\(name)'", shortForm: entry.shortForm)
        let product = try entry.make(&reader)
        try reader.finish()
        return (product, reader.resolved)
    }

    /// The entry of a name.
    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// The options of every entry with their defaults, for `cohort list`.
    public func options(of name: String) -> [OptionDescription] {
        guard let entry = self[name],
            var reader = try? OptionReader(nil, subject: name)
        else { return [] }
        _ = try? entry.make(&reader)
        return reader.described
    }
}
