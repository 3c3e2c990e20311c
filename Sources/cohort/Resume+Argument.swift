import ArgumentParser
import Experiment

extension Resume: ExpressibleByArgument {}
