import Options

/// How many training samples are set aside to validate on: `validation: 0.1`, `validation: 500`.
public enum ValidationOptions: Hashable, Sendable {
    /// A share of the training samples, more than 0 and less than 1, rounded to nearest.
    case share(Double)
    /// Samples, 0 for none.
    case count(Int)

    /// No samples are set aside.
    public static let none = ValidationOptions.count(0)

    /// Reads what stands under `validation` of a data section.
    ///
    /// - Throws: ``SettingError`` where it is neither a share nor a number.
    public init(_ setting: Setting?) throws(SettingError) {
        guard let setting else {
            self = .none
            return
        }
        let number: Double = try OptionReader.value(of: setting, "data: validation", in: 0...1e15)
        if let count = Int(exactly: number) {
            self = .count(count)
        } else if number < 1 {
            self = .share(number)
        } else {
            throw SettingError(
                "data: validation is \(number); write a share of the training samples between 0 and"
                    + " 1, or a whole number of them", at: setting.position)
        }
    }

    /// Samples to set aside of `total`.
    func count(of total: Int) -> Int {
        switch self {
        case .share(let share): Int((share * Double(total)).rounded())
        case .count(let count): count
        }
    }
}
