extension RandomAccessCollection where Index == Int {
    /// The first place of which `isIn` holds, in a collection that it divides.
    func partitioningIndex(where isIn: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isIn(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
