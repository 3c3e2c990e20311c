/// The named things of one kind that configuration can ask for: models, losses, datasets…
///
/// An entry is a type: `Registry<any Optimizer>(kind: "optimizer", [SGD.self, AdamW.self])`.
public struct Registry<Product>: Sendable {
    /// A name and what makes its product.
    public struct Entry: Sendable {
        /// What the configuration calls it.
        public let name: String
        /// What it is, in a few words and with its paper.
        public let summary: String
        /// The option that a value alone sets: with `among`, `[a, b]` stands for `{among: [a, b]}`.
        public let shortForm: String?
        /// Makes it from its options.
        let make: @Sendable (inout OptionReader) throws(SettingError) -> Product

        /// An entry of a name.
        public init(
            _ name: String, _ summary: String, shortForm: String? = nil,
            make: @escaping @Sendable (inout OptionReader) throws(SettingError) -> Product
        ) {
            self.name = name
            self.summary = summary
            self.shortForm = shortForm
            self.make = make
        }

        /// An entry of a type's name, made in a way of its own.
        public init(
            _ type: any Named.Type,
            make: @escaping @Sendable (inout OptionReader) throws(SettingError) -> Product
        ) {
            self.init(type.name, type.summary, shortForm: type.shortForm, make: make)
        }

        /// An entry of a type, made by its initialiser.
        ///
        /// - Precondition: its values are products of this registry.
        public init(_ type: any Configurable.Type) {
            self.init(type) { (options) throws(SettingError) in
                guard let product = try type.init(options: &options) as? Product else {
                    preconditionFailure("'\(type.name)' is no \(Product.self)")
                }
                return product
            }
        }
    }

    /// What it holds, for messages: `model`.
    public let kind: String
    /// In the order in which they are listed.
    public let entries: [Entry]

    /// A registry of these entries.
    public init(kind: String, _ entries: [Entry]) {
        self.kind = kind
        self.entries = entries
    }

    /// A registry of types, and of families whose members differ by a number in their names.
    ///
    /// - Precondition: their values are products of this registry.
    public init(kind: String, _ types: [any Configurable.Type], families: [[Entry]] = []) {
        self.init(kind: kind, types.map { Entry($0) } + families.flatMap(\.self))
    }

    /// The names of all entries.
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
        let reading = reading(name, options: options, at: position)
        try reading.problems.finish()
        guard let product = reading.product else {
            preconditionFailure("what cannot be made has a mistake")
        }
        return (product, reading.options)
    }

    /// What was made of a name and its options, and all that is wrong with them.
    public struct Reading {
        /// Nil for an unknown name, and where a mistake leaves nothing to make.
        public let product: Product?
        /// The options in their full form.
        public let options: Setting
        /// What is wrong; a product with a mistake has defaults where values cannot be used.
        public let problems: SettingProblems
    }

    /// As ``read(_:options:at:)``, for a caller that reports mistakes together with others.
    public func reading(
        _ name: String, options: Setting? = nil, at position: SourcePosition? = nil
    ) -> Reading {
        var problems = SettingProblems()
        guard let entry = self[name] else {
            problems.note(
                SettingError(
                    "unknown \(kind) '\(name)': \(nearest(to: name, among: names))", at: position))
            return Reading(
                product: nil, options: Setting(unwritten: .map([])), problems: problems)
        }
        var reader = OptionReader(
            options, subject: "\(kind) '\(name)'", shortForm: entry.shortForm)
        var product: Product?
        do throws(SettingError) {
            product = try entry.make(&reader)
        } catch {
            reader.note(error)
        }
        reader.noteUnknownKeys()
        return Reading(product: product, options: reader.resolved, problems: reader.problems)
    }

    /// The entry of a name.
    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// The options of every entry with their defaults, for `cohort list`.
    public func options(of name: String) -> [OptionDescription] {
        guard let entry = self[name] else { return [] }
        var reader = OptionReader(nil, subject: name)
        _ = try? entry.make(&reader)
        return reader.described
    }
}
