extension Images: KeyedSource {
    func keyed(by key: SampleKey) throws(DatasetError) -> KeyedSamples {
        if key.column != nil, manifest == nil {
            throw DatasetError(
                .impossible,
                "paired: pictures in folders have no column '\(key.column ?? "")'; name a manifest, or"
                    + " set by: name")
        }
        let files = try files(naming: key.column)
        let names = files.classes.names
        return KeyedSamples(
            keys: files.names.map(key.value(of:)), places: files.paths,
            classes: files.labels.map { names[$0] }, train: files.train, test: files.test
        ) { (train, test) throws(DatasetError) in
            try load(files.restricted(to: train, test))
        }
    }
}
