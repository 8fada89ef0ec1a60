"""The farm: simulated meters on loopback, for the demo, the tests and the benchmarks."""
