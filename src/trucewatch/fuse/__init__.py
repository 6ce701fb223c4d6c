"""Fuse: accounts of one happening become one incident, with weights that explain themselves."""
