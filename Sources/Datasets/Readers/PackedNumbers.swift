extension ArraySlice<UInt8> {
    /// Numbers of one width that lie one after another, each as `convert` makes it of its word.
    ///
    /// - Precondition: the bytes are whole numbers of words.
    func numbers<Word: FixedWidthInteger>(
        _: Word.Type, isBigEndian: Bool, convert: (Word) -> Float
    ) -> [Float] {
        let width = Word.bitWidth / 8
        var values: [Float] = []
        values.reserveCapacity(count / width)
        for start in stride(from: startIndex, to: endIndex, by: width) {
            var word: Word = 0
            for index in 0..<width {
                let place = isBigEndian ? start + index : start + width - 1 - index
                word = word << 8 | Word(truncatingIfNeeded: self[place])
            }
            values.append(convert(word))
        }
        return values
    }
}
