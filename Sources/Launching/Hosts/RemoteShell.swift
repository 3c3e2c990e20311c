/// How scripts and programs are run on other hosts: by ``SSH``, or by a test's stand-in for it.
public protocol RemoteShell: Sendable {
    /// The variables that programs on other hosts get.
    var environment: [String: String] { get }

    /// Runs a script on a host to its end.
    ///
    /// - Parameters:
    ///   - input: the script's standard input.
    ///   - file: the file that takes the place of `input`; nil for `input` itself.
    /// - Throws: ``HostError`` (69) where the host cannot be reached.
    func run(
        _ script: RemoteScript, on host: RemoteHost, input: [UInt8], from file: String?
    ) async throws -> SSH.Finished

    /// Runs a script on a host to its end, with its standard output going into a file here.
    ///
    /// - Throws: ``HostError``: 69 where the host cannot be reached, 74 where the file cannot be
    ///   written.
    func run(
        _ script: RemoteScript, on host: RemoteHost, into file: String
    ) async throws -> SSH.Finished

    /// A program on a host as a process of a plan.
    func process(
        named name: String, on host: RemoteHost, _ arguments: [String], isOptional: Bool
    ) -> ProcessSpec
}

extension RemoteShell {
    /// Runs a script on a host to its end, with some bytes as its standard input.
    ///
    /// - Throws: ``HostError`` (69) where the host cannot be reached.
    public func run(
        _ script: RemoteScript, on host: RemoteHost, input: [UInt8] = []
    ) async throws -> SSH.Finished {
        try await run(script, on: host, input: input, from: nil)
    }

    /// Runs a script on a host to its end, with a file as its standard input.
    ///
    /// - Throws: ``HostError``: 66 where the file is missing, 69 where the host cannot be reached.
    public func run(
        _ script: RemoteScript, on host: RemoteHost, from file: String
    ) async throws -> SSH.Finished {
        try await run(script, on: host, input: [], from: file)
    }
}

extension SSH: RemoteShell {}
