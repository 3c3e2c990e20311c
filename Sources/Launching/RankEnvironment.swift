import Bytes

/// The rank of this process among the processes of a job, and where the others are: from the
/// variables that a launcher such as Slurm, torchrun or mpirun sets.
///
/// The first of these that is set counts:
///
/// 1. the command line;
/// 2. `COHORT_RANK`, `COHORT_SIZE`, `COHORT_LOCAL_RANK`, `COHORT_LOCAL_SIZE`;
/// 3. torchrun: `RANK`, `WORLD_SIZE`, `LOCAL_RANK`, `LOCAL_WORLD_SIZE`;
/// 4. Open MPI: `OMPI_COMM_WORLD_RANK`, `OMPI_COMM_WORLD_SIZE`, …`_LOCAL_RANK`, …`_LOCAL_SIZE`;
/// 5. MPICH, Intel MPI: `PMI_RANK`, `PMI_SIZE`;
/// 6. Slurm, inside a step alone: `SLURM_PROCID`, `SLURM_STEP_NUM_TASKS` or `SLURM_NTASKS` or
///    `SLURM_NPROCS`, `SLURM_LOCALID`, `SLURM_STEP_TASKS_PER_NODE` or `SLURM_TASKS_PER_NODE`. The
///    batch script has `SLURM_PROCID=0` as well, and is no task;
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
        /// A name, or a number; an IPv6 address in brackets.
        public var host: String
        /// 1 to 65535.
        public var port: Int

        /// An address from its parts.
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

    /// Where rank and size were found.
    public var source: Source
    /// The number of this process, from 0; less than `size`.
    public var rank: Int
    /// The number of processes.
    public var size: Int
    /// The number of this process among those of the same host, from 0; nil where it is not known.
    public var localRank: Int?
    /// The number of processes on this host; nil where it is not known.
    public var localSize: Int?
    /// The address at which rank 0 is reached; nil where it is not known.
    public var master: Address?
    /// The hosts of the job in Slurm's order; empty elsewhere.
    public var nodes: [String] = []
    /// The scheduler's name of this host; nil where there is none.
    public var node: String?

    /// Whether all ranks are known to be on one host.
    public var isOnOneHost: Bool { size == 1 || localSize == size || nodes.count == 1 }
}

/// An environment without a rank, with a rank and no size, or with what is no number.
public struct RankError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// What a process that ends by this error exits with.
    public var exitCode: ExitCode { .configuration }

    /// What is wrong, and what to set.
    public let description: String
}
