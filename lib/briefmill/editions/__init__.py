"""Editions on disk: lock, manifest, atomic publishing."""
