"""The commands, each a function of what its command line says that returns the exit code.

They import inside what takes long: `allywatch --help`, and a build with nothing to do, are there at once.
"""
