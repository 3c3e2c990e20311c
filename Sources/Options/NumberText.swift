import Foundation

/// A text where a number is wanted: its value, or why it has none and what to write in its place.
struct NumberText {
    /// As it was written.
    let text: String

    init(_ text: String) { self.text = text }

    /// The value of a type; nil where the text has none, or one that other programs read otherwise.
    func value<T: ScalarOption>(_ type: T.Type) -> T? {
        guard T.self != String.self else { return T(text) }
        return isDecimal && !hasLeadingZero ? T(text) : nil
    }

    /// What a type's values are called in messages.
    static func name<T>(of type: T.Type) -> String {
        switch type {
        case is Int.Type, is UInt64.Type: "whole number"
        case is Double.Type, is Float.Type: "number"
        default: "text"
        }
    }

    /// Why the text has no value of a type, as it follows the name of an option.
    func fault<T: ScalarOption>(as type: T.Type, isQuoted: Bool) -> String {
        let isWhole = T.self is any FixedWidthInteger.Type
        if isQuoted {
            let hint =
                value(type) == nil ? "write a \(Self.name(of: type))" : "leave the quotes out"
            return "is '\(text)' in quotes, and so text; \(hint)"
        }
        if let remedy = remedy(isWhole) { return "is '\(text)'\(remedy)" }
        if let whole = type as? any FixedWidthInteger.Type, isDecimal, Double(text) != nil {
            return wholeFault(whole)
        }
        return "is '\(text)', not a \(Self.name(of: type))"
    }

    /// Of a number that is not one of a whole type.
    private func wholeFault(_ type: any FixedWidthInteger.Type) -> String {
        let number = Double(text) ?? .nan
        guard number.rounded() == number else { return "is \(text), not a whole number" }
        let digits = text.allSatisfy { $0.isNumber || $0 == "-" || $0 == "+" }
        if !digits, let exact = Int(exactly: number), exact >= 0 || type.isSigned {
            return "is '\(text)'; write a whole number in digits alone: \(exact)"
        }
        return "is \(text); it lies in \(type.bounds)"
    }

    /// What to write in place of forms that look like numbers.
    private func remedy(_ isWhole: Bool) -> String? {
        if let plain = Self.plain(text.replacing("_", with: "")), text.contains("_") {
            return ", and a number has no '_'; write \(plain)"
        }
        if text.wholeMatch(of: /[+-]?\d{1,3}(,\d{3})+(\.\d+)?/) != nil {
            return ", and a number has no ','; write \(text.replacing(",", with: ""))"
        }
        if let plain = Self.plain(text.replacing(",", with: ".")), text.contains(",") {
            return ", and a fraction has a point; write \(plain)"
        }
        if let value = otherBase {
            return ", which is not decimal; write \(value)"
        }
        if hasLeadingZero {
            let sign = text.hasPrefix("-") ? "-" : ""
            let digits = text.trimmingCharacters(in: CharacterSet(charactersIn: "+-"))
            let short = String(digits.drop { $0 == "0" })
            return ", and some programs read a leading 0 as octal; write \(sign)"
                + (short.first?.isNumber == true ? short : "0" + short)
        }
        return unitRemedy(isWhole) ?? wordRemedy
    }

    /// Of a number with something behind it.
    private func unitRemedy(_ isWhole: Bool) -> String? {
        if text.hasSuffix("%"), let share = Self.plain(String(text.dropLast())) {
            return isWhole
                ? ", and a whole number has no '%'"
                : ", and a share has no '%'; write \((Double(share) ?? 0) / 100)"
        }
        if let match = text.wholeMatch(of: /([+-]?\d+)\/(\d+)/), !isWhole,
            let above = Double(match.1), let below = Double(match.2), below > 0
        {
            return ", a division; write \(above / below)"
        }
        if let match = text.wholeMatch(of: /([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*([^\d\s.,+-]\D*)/),
            let number = Self.plain(String(match.1))
        {
            return "; write the number alone, \(number), without '\(match.2)'"
        }
        return nil
    }

    private var wordRemedy: String? {
        let word = text.lowercased().trimmingPrefix(/[+-]?\.?/)
        if ["nan", "inf", "infinity"].contains(word) { return ", which is not finite" }
        if ["yes", "no", "on", "off", "true", "false"].contains(word) {
            return ", which is true or false and no number"
        }
        if let plain = Self.plain(text.replacing("\u{2212}", with: "-")), text.contains("\u{2212}")
        {
            return ", with another sign than the minus; write \(plain)"
        }
        return nil
    }

    /// The value of `0x10`, `0o17` and `0b11`.
    private var otherBase: Int? {
        guard let match = text.wholeMatch(of: /([+-]?)0([xXoObB])([0-9a-fA-F]+)/) else {
            return nil
        }
        let radix = ["x": 16, "o": 8, "b": 2][match.2.lowercased()] ?? 10
        return Int("\(match.1)\(match.3)", radix: radix)
    }

    private var hasLeadingZero: Bool { text.prefixMatch(of: /[+-]?0\d/) != nil && isDecimal }

    /// Whether it is of the characters of decimal numbers alone: Swift reads others too.
    private var isDecimal: Bool {
        text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    }

    /// The text, where it is a plain decimal number.
    private static func plain(_ text: String) -> String? {
        let number = NumberText(text)
        return number.isDecimal && Double(text) != nil ? text : nil
    }
}

extension FixedWidthInteger {
    fileprivate static var bounds: String { "\(min)...\(max)" }
}
