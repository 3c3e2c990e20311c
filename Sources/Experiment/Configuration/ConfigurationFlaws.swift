/// What of a configuration has a mistake of its own, so that nothing that depends on it is judged.
struct ConfigurationFlaws {
    /// The sections that checks depend on.
    enum Section { case data, training, learners, teaching, exchange }

    /// The sections of which some part cannot be used.
    var sections: Set<Section> = []
    /// The learners of which some part cannot be used.
    var learners: Set<String> = []

    /// Whether some sections are sound.
    func allow(_ needed: Section...) -> Bool { sections.isDisjoint(with: needed) }
}
