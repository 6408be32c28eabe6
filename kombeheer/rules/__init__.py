"""The pure domain: values in, verdict out; the standard library and nothing else."""
