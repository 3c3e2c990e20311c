/// A share in percent with one digit behind the point, for people: `12.5 %`.
struct Percentage: CustomStringConvertible {
    let description: String

    /// The share of a part of a whole; 0 % of nothing.
    init(_ part: Int, of whole: Int) {
        guard whole > 0 else {
            description = "0 %"
            return
        }
        let tenths = (1000 * Double(part) / Double(whole)).rounded() / 10
        description = (tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)") + " %"
    }
}
