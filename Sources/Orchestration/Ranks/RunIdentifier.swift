import Options

/// The identifier that all ranks of a run are given.
package enum RunIdentifier {
    /// Reads the identifier from the command line or the environment.
    ///
    /// - Parameters:
    ///   - option: from the command line; nil where it was not given.
    ///   - variables: the environment: `COHORT_RUN` counts first, then `SLURM_JOB_ID`.
    /// - Returns: 1 to 16 digits and small letters.
    /// - Throws: ``SettingError`` where there is none, or it has other characters.
    package static func read(
        option: String?, environment variables: [String: String]
    ) throws(SettingError) -> String {
        let job = variables["SLURM_JOB_ID"].map { "slurm\($0)" }
        guard let id = option ?? variables["COHORT_RUN"] ?? job else {
            throw SettingError(
                "nothing says which run this is: give all ranks the same --run, or set COHORT_RUN;"
                    + " the same one again resumes it")
        }
        guard id.wholeMatch(of: /[0-9a-z]{1,16}/) != nil else {
            throw SettingError("the run is '\(id)'; use 1 to 16 digits and small letters")
        }
        return id
    }
}
