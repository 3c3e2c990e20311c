extension RankEnvironment {
    /// Reads the rank from the command line and the environment.
    ///
    /// - Parameters:
    ///   - rank: of the command line, as is `size`.
    ///   - master: of the command line; otherwise `MASTER_ADDR` and `MASTER_PORT`.
    /// - Throws: ``RankError`` where rank or size is set alone, is no number or out of range, or
    ///   where neither is set.
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
        let ownSize = try variables.number("COHORT_SIZE")
        if let index = try variables.number("JOB_COMPLETION_INDEX"), rank == nil,
            variables["COHORT_RANK"] == nil, let size = size ?? ownSize
        {
            return RankEnvironment(source: .kubernetes, rank: index, size: size)
        }
        if rank != nil || size != nil {
            throw alone(
                rank == nil ? "--size" : "--rank", without: rank == nil ? "--rank" : "--size")
        }
        for family in Variables.families {
            if let found = try variables.read(family) { return found }
        }
        if let found = try variables.slurm() { return found }
        if variables["JOB_COMPLETION_INDEX"] != nil {
            throw RankError(
                description: "JOB_COMPLETION_INDEX gives the rank, and nothing the number of ranks:"
                    + " give --size, or set COHORT_SIZE to the job's completions")
        }
        throw RankError(
            description: "nothing says which rank this is: start it by srun, torchrun or mpirun, or"
                + " give --rank and --size, or set COHORT_RANK and COHORT_SIZE")
    }

    fileprivate static func alone(_ one: String, without other: String) -> RankError {
        RankError(description: "\(one) is set and \(other) is not; set both or neither")
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

    init(_ values: [String: String]) { self.values = values }

    subscript(name: String) -> String? { values[name] }

    func number(_ name: String?) throws(RankError) -> Int? {
        guard let name, let text = values[name] else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw RankError(description: "\(name) is '\(text)', which is no number from 0 on")
        }
        return number
    }

    /// nil where neither of the two is there.
    func read(_ family: Family) throws(RankError) -> RankEnvironment? {
        let (rank, size) = (try number(family.rank), try number(family.size))
        guard let rank, let size else {
            guard rank == nil, size == nil else {
                throw RankEnvironment.alone(
                    rank == nil ? family.size : family.rank,
                    without: rank == nil ? family.rank : family.size)
            }
            return nil
        }
        return RankEnvironment(
            source: family.source, rank: rank, size: size, localRank: try number(family.localRank),
            localSize: try number(family.localSize))
    }

    /// nil outside a step.
    func slurm() throws(RankError) -> RankEnvironment? {
        guard let step = try number("SLURM_STEP_ID"), step < Self.specialSteps else { return nil }
        let rank = try number("SLURM_PROCID")
        let names = ["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS"]
        let size = try number(names.first { values[$0] != nil })
        guard let rank, let size else {
            throw RankEnvironment.alone(
                rank == nil ? "SLURM_STEP_ID" : "SLURM_PROCID",
                without: rank == nil ? "SLURM_PROCID" : names.joined(separator: " or "))
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

    /// nil where neither is set, and where the port is taken by torchrun's own store.
    func master() throws(RankError) -> RankEnvironment.Address? {
        guard values["TORCHELASTIC_USE_AGENT_STORE"] != "True" else { return nil }
        guard let host = values["MASTER_ADDR"], let port = values["MASTER_PORT"] else {
            let isHalf = values["MASTER_ADDR"] != nil || values["MASTER_PORT"] != nil
            guard isHalf else { return nil }
            throw RankEnvironment.alone(
                values["MASTER_ADDR"] == nil ? "MASTER_PORT" : "MASTER_ADDR",
                without: values["MASTER_ADDR"] == nil ? "MASTER_ADDR" : "MASTER_PORT")
        }
        let isBare = host.contains(":") && !host.hasPrefix("[")
        guard let address = RankEnvironment.Address("\(isBare ? "[\(host)]" : host):\(port)") else {
            throw RankError(
                description: "MASTER_ADDR is '\(host)' and MASTER_PORT '\(port)'; a host and a port"
                    + " of 1...65535 are expected")
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
