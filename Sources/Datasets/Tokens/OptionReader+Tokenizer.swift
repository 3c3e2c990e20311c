import Options

extension OptionReader {
    /// Reads `tokenizer`: a name, or a map of `kind` and the tokenizer's own options.
    mutating func tokenizer(default fallback: String) throws(SettingError) -> any Tokenizer {
        let named = self.named(
            "tokenizer", default: fallback,
            help: "\(Tokenizers.registry.names.joined(separator: ", "));"
                + " or {kind: words, size: 20000}"
        ) { (name, options, position) throws(SettingError) in
            try Tokenizers.registry.read(name, options: options, at: position).options
        }
        return try Tokenizers.registry.make(named.name, options: named.options)
    }
}
