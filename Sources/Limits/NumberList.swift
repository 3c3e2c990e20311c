/// Numbers as the kernel lists them: `0-3,8`.
enum NumberList {
    /// The numbers; nil where the text is no such list.
    static func numbers(of text: String) -> Set<Int>? {
        var numbers: Set<Int> = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
                0 <= first, first <= last, last < 1 << 20
            else { return nil }
            numbers.formUnion(first...last)
        }
        return numbers
    }
}
