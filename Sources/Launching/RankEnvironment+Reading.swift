extension RankEnvironment {
    /// Reads the rank from the command line and the environment.
    ///
    /// The first source that has both rank and size counts. Half of a pair that comes before it is
    /// passed over where it agrees: a shell's `WORLD_SIZE=1` does not disturb a step of Slurm.
    ///
    /// - Parameters:
    ///   - rank: of the command line, as is `size`.
    ///   - master: of the command line; otherwise `MASTER_ADDR` and `MASTER_PORT`, where both are
    ///     set.
    /// - Throws: ``RankError`` where no source has both, where half of a pair contradicts the one
    ///   that counts, and where a number is none or out of range. Each says what to set or unset.
    public static func read(
        rank: Int? = nil, size: Int? = nil, master: Address? = nil,
        environment: [String: String]
    ) throws(RankError) -> RankEnvironment {
        let variables = Variables(environment)
        var found = try find(rank, size, in: variables)
        guard found.size >= 1, 0..<found.size ~= found.rank else {
            throw RankError(
                description: "rank \(found.rank) of \(found.size), by \(found.source.rawValue):"
                    + " ranks count from 0 and are less than the size")
        }
        if let master {
            found.master = master
        } else {
            found.master = try variables.master()
        }
        return found
    }

    private static func find(
        _ rank: Int?, _ size: Int?, in variables: Variables
    ) throws(RankError) -> RankEnvironment {
        if let rank, let size {
            return RankEnvironment(source: .commandLine, rank: rank, size: size)
        }
        var halves: [Half] = []
        if let rank { halves.append(Half("--rank", .rank, rank, lacks: "--size")) }
        if let size { halves.append(Half("--size", .size, size, lacks: "--rank")) }
        if let found = try variables.kubernetes(size: size), rank == nil { return found }
        for family in Variables.families {
            guard let found = try variables.read(family, &halves) else { continue }
            return try found.agreeing(with: halves)
        }
        if let found = try variables.slurm(&halves) { return try found.agreeing(with: halves) }
        if let half = halves.first { throw half.alone }
        if variables["JOB_COMPLETION_INDEX"] != nil {
            throw RankError(
                description: "JOB_COMPLETION_INDEX gives the rank, and nothing the number of ranks:"
                    + " give --size, or set COHORT_SIZE to the job's completions")
        }
        throw RankError(
            description: "nothing says which rank this is: start it by srun, torchrun or mpirun, or"
                + " give --rank and --size, or set COHORT_RANK and COHORT_SIZE")
    }

    private func agreeing(with halves: [Half]) throws(RankError) -> RankEnvironment {
        for half in halves {
            let own = half.kind == .rank ? rank : size
            guard half.value == own else { throw half.contradicting(own, source) }
        }
        return self
    }
}

/// A rank without its size, or a size without its rank.
private struct Half {
    enum Kind: String {
        case rank, size
    }

    let name: String
    let kind: Kind
    let value: Int
    /// What would complete it.
    let other: String

    init(_ name: String, _ kind: Kind, _ value: Int, lacks other: String) {
        (self.name, self.kind, self.value, self.other) = (name, kind, value, other)
    }

    private var takesBack: String { name.hasPrefix("--") ? "leave \(name) out" : "unset \(name)" }
    private var completes: String {
        other.hasPrefix("--") ? "give \(other) too" : "set \(other) too"
    }

    /// Nothing else says rank and size.
    var alone: RankError {
        RankError(
            description: "\(name) is set and \(other) is not, and nothing else says which rank this"
                + " is: \(completes), or \(takesBack) and give --rank and --size")
    }

    /// The pair that counts says otherwise.
    func contradicting(_ own: Int, _ source: RankEnvironment.Source) -> RankError {
        RankError(
            description: "\(name) is \(value), and the \(kind.rawValue) is \(own) by"
                + " \(source.rawValue): \(takesBack), or \(completes) if it is to count")
    }
}

/// The environment, as numbers.
private struct Variables {
    /// One launcher's names of rank and size, and of those among the processes of one host.
    struct Family {
        var source: RankEnvironment.Source
        var rank: String
        var size: String
        var localRank: String?
        var localSize: String?
    }

    static let families = [
        Family(
            source: .own, rank: "COHORT_RANK", size: "COHORT_SIZE",
            localRank: "COHORT_LOCAL_RANK", localSize: "COHORT_LOCAL_SIZE"),
        Family(
            source: .torchrun, rank: "RANK", size: "WORLD_SIZE", localRank: "LOCAL_RANK",
            localSize: "LOCAL_WORLD_SIZE"),
        Family(
            source: .openMPI, rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE",
            localRank: "OMPI_COMM_WORLD_LOCAL_RANK", localSize: "OMPI_COMM_WORLD_LOCAL_SIZE"),
        Family(source: .pmi, rank: "PMI_RANK", size: "PMI_SIZE"),
    ]

    /// From here on Slurm numbers steps that are no tasks: the batch script, an interactive shell.
    private static let specialSteps = 0xffff_fff0

    private let values: [String: String]

    /// A variable that is set to nothing counts as one that is not set.
    init(_ values: [String: String]) { self.values = values.filter { !$0.value.isEmpty } }

    subscript(name: String) -> String? { values[name] }

    func number(_ name: String?) throws(RankError) -> Int? {
        guard let name, let text = values[name] else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw RankError(
                description: "\(name) is '\(text)', which is no number from 0 on: set it to one, or"
                    + " unset it")
        }
        return number
    }

    /// nil where not both are there; then one that is goes to `halves`.
    func read(_ family: Family, _ halves: inout [Half]) throws(RankError) -> RankEnvironment? {
        let (rank, size) = (try number(family.rank), try number(family.size))
        guard let rank, let size else {
            if let rank { halves.append(Half(family.rank, .rank, rank, lacks: family.size)) }
            if let size { halves.append(Half(family.size, .size, size, lacks: family.rank)) }
            return nil
        }
        return RankEnvironment(
            source: family.source, rank: rank, size: size, localRank: try number(family.localRank),
            localSize: try number(family.localSize))
    }

    /// nil where there is no index, where another rank of ours counts, and where there is no size.
    func kubernetes(size: Int?) throws(RankError) -> RankEnvironment? {
        guard values["COHORT_RANK"] == nil, let index = try number("JOB_COMPLETION_INDEX") else {
            return nil
        }
        let own = try number("COHORT_SIZE")
        return (size ?? own).map { RankEnvironment(source: .kubernetes, rank: index, size: $0) }
    }

    /// nil outside a step, and where not both are there; then one that is goes to `halves`.
    func slurm(_ halves: inout [Half]) throws(RankError) -> RankEnvironment? {
        guard let step = try number("SLURM_STEP_ID"), step < Self.specialSteps else { return nil }
        let names = ["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS"]
        let sizeName = names.first { values[$0] != nil } ?? "SLURM_NTASKS"
        let (rank, size) = (try number("SLURM_PROCID"), try number(sizeName))
        guard let rank, let size else {
            if let rank { halves.append(Half("SLURM_PROCID", .rank, rank, lacks: sizeName)) }
            if let size { halves.append(Half(sizeName, .size, size, lacks: "SLURM_PROCID")) }
            return nil
        }
        let place = try number("SLURM_NODEID")
        let nodes =
            try list(["SLURM_STEP_NODELIST", "SLURM_JOB_NODELIST"], NodeList.expand) ?? []
        let tasks = try list(
            ["SLURM_STEP_TASKS_PER_NODE", "SLURM_TASKS_PER_NODE"], NodeList.tasks)
        return RankEnvironment(
            source: .slurm, rank: rank, size: size, localRank: try number("SLURM_LOCALID"),
            localSize: place.flatMap { tasks?.element(at: $0) }, nodes: nodes,
            node: values["SLURMD_NODENAME"] ?? place.flatMap { nodes.element(at: $0) })
    }

    private func list<Element>(
        _ names: [String], _ read: (String) -> [Element]?
    ) throws(RankError) -> [Element]? {
        guard let name = names.first(where: { values[$0] != nil }), let text = values[name] else {
            return nil
        }
        guard let list = read(text) else {
            throw RankError(description: "\(name) is '\(text)', which is no list of Slurm's")
        }
        return list
    }

    /// nil where not both are set, and where the port is taken by torchrun's own store: rank 0 then
    /// takes a free port, which the others read in the run directory.
    func master() throws(RankError) -> RankEnvironment.Address? {
        guard values["TORCHELASTIC_USE_AGENT_STORE"] != "True",
            let host = values["MASTER_ADDR"], let port = values["MASTER_PORT"]
        else { return nil }
        let isBare = host.contains(":") && !host.hasPrefix("[")
        guard let address = RankEnvironment.Address("\(isBare ? "[\(host)]" : host):\(port)") else {
            throw RankError(
                description: "MASTER_ADDR is '\(host)' and MASTER_PORT '\(port)'; a host and a port"
                    + " of 1...65535 are expected: set them so, or unset both, or give --master")
        }
        return address
    }
}

extension Array {
    /// nil beyond the end.
    fileprivate func element(at index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}
