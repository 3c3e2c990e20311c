import Exchange

/// A time in which some links lead nowhere.
struct Partition {
    var links: [(from: Int, to: Int)]
    /// The learners of a side that has not more than half of all, where it is cut off in both
    /// directions.
    var minority: [Int] = []
    /// How far each of the minority was when it began.
    var steps: [Int] = []
}

extension Simulation {
    private static let mostKills = 20
    private static let longestPartition = Duration.seconds(10)
    private static let longestJump = Duration.seconds(3600)

    var nextFault: Duration { now + random.duration(upTo: .seconds(10)) }

    /// Has something befall the cohort.
    func strike() {
        guard !isCalm else { return }
        let possible = [Fault.partition, .crash, .clock].filter(plan.faults.contains)
        switch possible.randomElement(using: &random) {
        case .partition: divide()
        case .crash: kill()
        case .clock: jump()
        default: break
        }
    }

    private func kill() {
        let number = Int.random(in: processes.indices, using: &random)
        guard outcome.kills < Self.mostKills, processes[number].isAlive else { return }
        if random.happens(0.5) {
            logEvent("'\(processes[number].name)' is doomed")
            processes[number].crashPoint = SimulatedProcess.CrashPoint.allCases.randomElement(
                using: &random)
        } else {
            processes[number].kill()
            restartLater(number)
        }
    }

    private func jump() {
        let number = Int.random(in: processes.indices, using: &random)
        outcome.clockJumps += 1
        logEvent("the clock of '\(processes[number].name)' jumps")
        clocks[number] += random.duration(upTo: Self.longestJump)
    }

    private func divide() {
        let side = drawSide()
        let rest = Array(0...plan.rendezvous).filter { !side.contains($0) }
        var partition = Partition(links: [])
        let direction = Int.random(in: 0..<4, using: &random)
        for one in side {
            for other in rest {
                if direction != 0 { partition.links.append((one, other)) }
                if direction != 1 { partition.links.append((other, one)) }
            }
        }
        if direction > 1, 2 * side.count <= plan.members {
            partition.minority = side.filter { !plan.isRelay($0) }
            partition.steps = partition.minority.map { processes[$0].furthest }
        }
        outcome.partitions += 1
        logEvent("\(side) \(["<-", "->", "<->", "<->"][direction]) the others are cut")
        network.cut(partition.links, by: 1)
        queue.enter(.heal(partition), at: now + random.duration(upTo: Self.longestPartition))
    }

    /// One member, or some; the rendezvous is on the other side.
    private func drawSide() -> [Int] {
        let count = random.happens(0.4) ? 1 : Int.random(in: 1..<plan.members, using: &random)
        return processes.indices.shuffled(using: &random).prefix(count).sorted()
    }

    /// Ends a partition; a minority cannot have gone beyond what was on its way before.
    func heal(_ partition: Partition) {
        network.cut(partition.links, by: -1)
        logEvent("a cut is healed")
        guard plan.graph == .mutual else { return }
        for (number, step) in zip(partition.minority, partition.steps)
        where processes[number].furthest > step + limits.window + 1 {
            outcome.violation =
                "split brain: '\(processes[number].name)' went from step \(step) to"
                + " \(processes[number].furthest) in a minority"
        }
    }
}
