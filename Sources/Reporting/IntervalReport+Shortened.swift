extension IntervalReport {
    /// The part of the interval up to a step: the same means, and as large a share of the sums; nil
    /// where no step of it is left.
    package func shortened(to last: Int) -> IntervalReport? {
        let kept = last - (step - steps)
        guard kept > 0, kept < steps else { return kept > 0 ? self : nil }
        func part(_ sum: Int) -> Int { Int((Double(sum) * Double(kept) / Double(steps)).rounded()) }
        var report = self
        report.step = last
        report.steps = kept
        report.absences = absences?.mapValues(part)
        report.banked = banked?.mapValues { BankedReport(samples: part($0.samples), age: $0.age) }
        report.bytesFrom = bytesFrom.mapValues(part)
        report.bytesTo = bytesTo.mapValues(part)
        return report
    }
}
