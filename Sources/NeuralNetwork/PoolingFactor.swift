/// By what whole factor images …×H×W must shrink to another height and width; nil where none does.
public func poolingFactor(from own: [Int], to target: [Int]) -> Int? {
    let (height, width) = (own[own.count - 2], own[own.count - 1])
    let (lower, narrower) = (target[target.count - 2], target[target.count - 1])
    guard lower > 0, narrower > 0 else { return nil }
    let factor = height / lower
    return factor >= 1 && height == factor * lower && width == factor * narrower ? factor : nil
}
