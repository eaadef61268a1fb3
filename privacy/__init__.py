"""Owns keys, encrypted fields, keyed digests and the append-only access log.

Every room above may call it; it names people and things by id only.
"""
