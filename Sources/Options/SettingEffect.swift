/// What a setting changes; every key declares it in the ``SettingKeys`` of its section.
public enum SettingEffect: String, CaseIterable, Hashable, Sendable {
    /// The numbers that are computed, or what all processes of a cohort must do alike: part of the
    /// configuration's digest.
    case numbers
    /// Where and how the processes run: folders, files, addresses, limits, threads, checkpoints. Of
    /// a file that is read, the contents count, not the place.
    case placement
    /// What people see, and what is trained beside the cohort for comparison.
    case display
}
