import Options

/// The objectives that configuration can name: `learners.X.objective`.
public enum Objectives {
    /// A new objective is its file and a line here.
    public static let registry = Registry<any Objective>(
        kind: "objective", [WeightedSum.self, UncertaintyWeights.self])
}
