import Launching
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NodeListTests {
    @Test(arguments: [
        ("login", ["login"]),
        ("a,b", ["a", "b"]),
        ("node[01-03,7]", ["node01", "node02", "node03", "node7"]),
        ("n[8-11],gpu-[1-2].site", ["n8", "n9", "n10", "n11", "gpu-1.site", "gpu-2.site"]),
        ("r[1-2]n[0,9]", ["r1n0", "r1n9", "r2n0", "r2n9"]),
        ("n[098-101]", ["n098", "n099", "n100", "n101"]),
    ])
    func namesAreExpanded(text: String, names: [String]) {
        #expect(NodeList.expand(text) == names)
    }

    @Test(arguments: [
        "", "a,", "a[1", "a1]", "a[[1]]", "a[]", "a[3-1]", "a[x]", "a[1-2-3]", "a[-1]",
        "a[0-999999999]", "a[0-999]b[0-999]",
    ])
    func whatIsNoListIsNil(text: String) {
        #expect(NodeList.expand(text) == nil)
    }

    @Test(arguments: [
        ("4", [4]), ("2(x3),1", [2, 2, 2, 1]), ("1,3(x2)", [1, 3, 3]),
    ])
    func tasksPerNodeAreExpanded(text: String, counts: [Int]) {
        #expect(NodeList.tasks(text) == counts)
    }

    @Test(arguments: ["", "2(x)", "2(3)", "x", "-1", "2(x9999999)", "1,,2"])
    func whatAreNoTasksIsNil(text: String) {
        #expect(NodeList.tasks(text) == nil)
    }
}
