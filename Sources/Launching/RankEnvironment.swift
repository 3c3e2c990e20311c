import Bytes

/// Which of the processes of a job this one is, and where the others are: from what a launcher such as
/// Slurm, torchrun or mpirun left in the environment.
///
/// The first of these that is there counts:
///
/// 1. what the command line says;
/// 2. `COHORT_RANK`, `COHORT_SIZE`, `COHORT_LOCAL_RANK`, `COHORT_LOCAL_SIZE`;
/// 3. torchrun: `RANK`, `WORLD_SIZE`, `LOCAL_RANK`, `LOCAL_WORLD_SIZE`;
/// 4. Open MPI: `OMPI_COMM_WORLD_RANK`, `OMPI_COMM_WORLD_SIZE`, …`_LOCAL_RANK`, …`_LOCAL_SIZE`;
/// 5. MPICH, Intel MPI: `PMI_RANK`, `PMI_SIZE`;
/// 6. Slurm, inside a step alone: `SLURM_PROCID`, `SLURM_STEP_NUM_TASKS` or `SLURM_NTASKS` or
///    `SLURM_NPROCS`, `SLURM_LOCALID`, `SLURM_STEP_TASKS_PER_NODE` or `SLURM_TASKS_PER_NODE`. The batch
///    script has `SLURM_PROCID=0` as well, and is no task;
/// 7. Kubernetes' indexed jobs: `JOB_COMPLETION_INDEX`; the size is given on the command line or by
///    `COHORT_SIZE`.
public struct RankEnvironment: Hashable, Sendable {
    /// Where rank and size were found.
    public enum Source: String, CaseIterable, Sendable {
        case commandLine = "the command line"
        case own = "COHORT_RANK and COHORT_SIZE"
        case torchrun = "RANK and WORLD_SIZE"
        case openMPI = "OMPI_COMM_WORLD_RANK and OMPI_COMM_WORLD_SIZE"
        case pmi = "PMI_RANK and PMI_SIZE"
        case slurm = "Slurm's step"
        case kubernetes = "JOB_COMPLETION_INDEX"
    }

    /// A host, by name or number, and a port.
    public struct Address: Hashable, Sendable {
        public var host: String
        public var port: Int

        public init(host: String, port: Int) {
            (self.host, self.port) = (host, port)
        }

        /// `node1:29500`, `[fe80::1]:29500`; nil for anything else.
        public init?(_ text: String) {
            guard let match = text.wholeMatch(of: /(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):([0-9]{1,5})/),
                let port = Int(match.2), 1...65535 ~= port
            else { return nil }
            self.init(host: String(match.1), port: port)
        }
    }

    public var source: Source
    /// From 0; less than `size`.
    public var rank: Int
    public var size: Int
    /// Among those of the same host, from 0; nil where nobody says.
    public var localRank: Int?
    /// How many are on this host.
    public var localSize: Int?
    /// Where rank 0 is to be reached; nil where nobody says.
    public var master: Address?
    /// The hosts of the job in Slurm's order; empty elsewhere.
    public var nodes: [String] = []
    /// This host, as the scheduler calls it.
    public var node: String?
    /// The processors that each process was given, where the scheduler says.
    public var processors: Int?

    /// Whether all ranks are known to be on one host.
    public var isOnOneHost: Bool { size == 1 || localSize == size || nodes.count == 1 }
}

/// An environment that says no rank, or half of it, or what is no number.
public struct RankError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// What a process that ends by this error exits with.
    public var exitCode: ExitCode { .configuration }

    public let description: String
}
