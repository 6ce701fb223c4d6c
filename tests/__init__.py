"""A package, so that this folder is not put on the import path: tests/coverage would then hide
the library `coverage`, which numba looks for."""
