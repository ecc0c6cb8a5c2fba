"""Reference models for vaediag: networks, training, data sets, trained bundles, oracles with known answers."""
