"""The command line: a skin over the library, without logic of its own."""
