import Foundation

/// Numbers as people read them, in the same form everywhere whatever the locale.
package enum Text {
    /// Four significant digits: `0.1234`, `12.34`, `1.2e-05`, `nan`.
    package static func number(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
        if abs(value) < 0.0001 || abs(value) >= 1_000_000 {
            return String(format: "%.3g", value)
        }
        let whole = max(0, Int(log10(abs(value)).rounded(.down)))
        return fixed(value, decimals: max(0, abs(value) < 1 ? 4 : 3 - whole))
    }

    package static func fixed(_ value: Double, decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }

    /// Two decimals with their sign: `+1.25`.
    package static func signed(_ value: Double) -> String {
        (value < 0 ? "" : "+") + fixed(value, decimals: 2)
    }

    /// A share of one in per cent: `0.9123` is `91.23%`.
    package static func percent(_ share: Double) -> String { fixed(share * 100, decimals: 2) + "%" }

    /// A mean with the sample standard deviation: `91.36% ± 0.56`. Of one value the value, of none
    /// a dash.
    ///
    /// - Parameters:
    ///   - centre: how the mean is written.
    ///   - deviation: how the standard deviation is written.
    package static func spread(
        _ values: [Double], _ centre: (Double) -> String, deviation: (Double) -> String
    ) -> String {
        guard !values.isEmpty else { return "-" }
        let middle = centre(mean(values))
        return values.count > 1 ? "\(middle) ± \(deviation(standardDeviation(values)))" : middle
    }

    /// ``spread(_:_:deviation:)`` of shares of one: the mean in per cent, the deviation in points.
    package static func spread(ofShares values: [Double]) -> String {
        spread(values, percent) { fixed($0 * 100, decimals: 2) }
    }

    /// The first digits of a digest, enough for people to tell two apart.
    package static func digest(_ digits: String) -> String {
        digits.count > shownDigits ? digits.prefix(shownDigits) + "…" : digits
    }

    private static let shownDigits = 12

    /// Words in a sentence: `a`, `a and b`, `a, b and c`; of more than a number and one more the
    /// first ones, and how many follow: `a, b and 7 more`.
    package static func list(_ words: [String], most: Int = .max - 1) -> String {
        guard words.count > 1 else { return words.joined() }
        let shown = words.count > most + 1 ? most : words.count - 1
        let rest = words.count - shown
        return words[..<shown].joined(separator: ", ") + " and "
            + (rest == 1 ? words[shown] : "\(rest) more")
    }

    /// Date, time and zone: `2026-11-23T23:15:59Z`, with milliseconds where they are wanted.
    package static func time(_ time: Date, milliseconds: Bool = false) -> String {
        time.formatted(
            .iso8601.year().month().day().dateSeparator(.dash)
                .time(includingFractionalSeconds: milliseconds).timeSeparator(.colon)
                .timeZone(separator: .omitted))
    }

    /// A duration of whole seconds: `0:07`, `1:02:03`, `2 d 01:02:03`.
    package static func duration(_ seconds: Double) -> String {
        let all = Int(min(max(0, seconds.rounded(.up)), 1e12))
        let (days, hours, minutes) = (all / 86_400, all / 3600 % 24, all / 60 % 60)
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
        guard all >= 3600 else { return "\(minutes):\(two(all % 60))" }
        let clock = "\(two(minutes)):\(two(all % 60))"
        return days == 0 ? "\(hours):\(clock)" : "\(days) d \(two(hours)):\(clock)"
    }

    package static func milliseconds(_ seconds: Double) -> String {
        fixed(seconds * 1000, decimals: 1)
    }

    /// Of 1,000 bytes.
    package static func kilobytes(_ bytes: Int) -> String {
        fixed(Double(bytes) / 1000, decimals: 1)
    }

    /// Grouped by thousands: `12,345`.
    package static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        let grouped = digits.indices.map { index in
            let isGroupStart = index > 0 && (digits.count - index).isMultiple(of: 3)
            return (isGroupStart ? "," : "") + String(digits[index])
        }
        return (value < 0 ? "-" : "") + grouped.joined()
    }

    package static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    package static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
