"""What things mean: pure values and functions. No clock, no I/O, no binary fractions."""
