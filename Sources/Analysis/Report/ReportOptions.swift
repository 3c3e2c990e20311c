import Charts
import Options

/// How figures of a report are drawn.
public struct ReportOptions: Sendable {
    /// The figures, in their order.
    public var figures: [ReportFigure]
    /// Which background they are for.
    public var theme: Theme
    /// Whether losses and divergences have a logarithmic axis.
    public var isLogarithmic: Bool

    /// - Parameter names: of figures; none for all.
    /// - Throws: ``SettingError`` for an unknown name.
    public init(
        figures names: [String] = [], theme: Theme = .automatic, isLogarithmic: Bool = false
    ) throws(SettingError) {
        self.theme = theme
        self.isLogarithmic = isLogarithmic
        guard !names.isEmpty else {
            figures = ReportFigures.all
            return
        }
        figures = []
        for name in names {
            guard let found = ReportFigures.all.first(where: { $0.name == name }) else {
                let known = ReportFigures.all.map(\.name)
                throw SettingError(
                    "--figure \(name): unknown figure: \(nearest(to: name, among: known))")
            }
            figures.append(found)
        }
    }
}
