import ArgumentParser
import Experiment

/// What `cohort check --picture` makes.
enum CheckPicture: ExpressibleByArgument {
    /// Who teaches whom, as text.
    case graph(GraphPicture)
    /// Samples of every class, in a PNG file.
    case samples(path: String)

    init?(argument: String) {
        if let graph = GraphPicture(rawValue: argument) {
            self = .graph(graph)
        } else if argument.lowercased().hasSuffix(".png") {
            self = .samples(path: argument)
        } else {
            return nil
        }
    }
}
