import Foundation
import Subprocess
import Testing

/// Disks without a feature that most have.
@Suite(.timeLimit(.minutes(3))) struct DiskFeatureTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// A library that has calls fail, as they do on such a disk.
    private func disk(without calls: String...) async throws -> [Environment.Key: String] {
        let source = try place.write(
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <unistd.h>
            #ifdef LOCKS
            int flock(int file, int operation) { errno = ENOLCK; return -1; }
            #endif
            #ifdef LINKS
            int symlink(const char *a, const char *b) { errno = EPERM; return -1; }
            int symlinkat(const char *a, int f, const char *b) { errno = EPERM; return -1; }
            int link(const char *a, const char *b) { errno = EPERM; return -1; }
            int linkat(int f, const char *a, int g, const char *b, int h) { errno = EPERM; return -1; }
            #endif
            #ifdef SYNC
            int fsync(int file) {
                struct stat facts;
                if (fstat(file, &facts) == 0 && S_ISDIR(facts.st_mode)) { errno = EINVAL; return -1; }
                return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
            }
            #endif
            #ifdef SOCKETS
            int bind(int file, const struct sockaddr *address, socklen_t length) {
                if (address->sa_family == AF_UNIX) { errno = EPERM; return -1; }
                return ((int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "bind"))(
                    file, address, length);
            }
            #endif
            #ifdef RENAME
            int rename(const char *from, const char *to) {
                if (access(to, F_OK) == 0) { errno = EEXIST; return -1; }
                return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename"))(from, to);
            }
            #endif
            """, to: "disk.c")
        let library = "\(place.path)/disk.so"
        let result = try await Subprocess.run(
            .name("clang"),
            arguments: .init(
                ["-shared", "-fPIC", "-o", library, source] + calls.map { "-D\($0)" }),
            output: .discarded, error: .string(limit: 1 << 16))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        return ["LD_PRELOAD": library]
    }

    /// What is a convenience is warned of, and the run goes on to the end.
    @Test func withoutLinksLocksAndSynchronizedFolders() async throws {
        let environment = try await disk(without: "LINKS", "LOCKS", "SYNC")
        let finished = try await Cohort.run(
            ["run", try place.pair(), "checkpoints.every=4"], in: place, environment: environment)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(
            finished.errors.count { $0.contains("there is no link \(place.runs)/pair/latest") } == 1
        )
        #expect(
            finished.errors.count { $0.contains("its disk has no locks (No locks available)") } == 1
        )
        #expect(finished.output.first?.hasPrefix("learner") == true)
    }

    @Test func withoutLinksALinkToAnEarlierRunDoesNotMislead() async throws {
        let words = ["run", try place.pair(), "--resume", "never"]
        _ = try await Cohort.run(words, in: place)
        #expect(FileManager.default.fileExists(atPath: place.latest().summary))
        let finished = try await Cohort.run(
            words, in: place, environment: try await disk(without: "LINKS"))
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(!FileManager.default.fileExists(atPath: place.latest().path))
    }

    @Test func aFolderInThePlaceOfLatestStays() async throws {
        let folder = place.latest().path
        try FileManager.default.createDirectory(
            atPath: folder + "/kept", withIntermediateDirectories: true)
        let finished = try await Cohort.run(["run", try place.pair()], in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.complaint.contains("there is no link \(folder)"))
        #expect(FileManager.default.fileExists(atPath: folder + "/kept"))
    }

    @Test func aRankIsWarnedToo() async throws {
        let finished = try await Cohort.run(
            ["rank", try place.pair(), "--rank", "0", "--size", "1", "--run", "j"], in: place,
            environment: try await disk(without: "LINKS", "LOCKS"))
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.complaint.contains("there is no link"))
        #expect(finished.complaint.contains("its disk has no locks"))
    }

    /// A necessity is refused with its remedy.
    @Test func withoutSocketsTheRemedyIsNamed() async throws {
        let finished = try await Cohort.run(
            ["run", try place.pair()], in: place, environment: try await disk(without: "SOCKETS"))
        #expect(finished.exitCode == .unavailable)
        #expect(finished.complaint.contains("use exchange.transport=tcp"), "\(finished.complaint)")
        #expect(finished.complaint.contains("TMPDIR"))
    }

    @Test func withoutSocketsTcpIsEnough() async throws {
        let finished = try await Cohort.run(
            ["run", try place.pair(), "exchange.transport=tcp"], in: place,
            environment: try await disk(without: "SOCKETS"))
        #expect(finished.exitCode == .success, "\(finished.complaint)")
    }

    @Test func whereNoFileTakesAnothersPlaceTheRemedyIsNamed() async throws {
        let file = try place.pair()
        let (_, stopped) = try await Cohort.run(
            ["run", file, "training.steps=100000000"], in: place
        ) { launcher in
            try await launcher.areTraining(["a", "b"])
            launcher.signal(SIGTERM)
        }
        #expect(stopped.exitCode == .preempted)
        let finished = try await Cohort.run(
            ["run", file, "training.steps=100000000"], in: place,
            environment: try await disk(without: "RENAME"))
        #expect(finished.exitCode == .disk)
        #expect(finished.complaint.contains("choose a folder on another one, by `runs:`"))
    }
}
