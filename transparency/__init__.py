"""Owns the public log: Merkle tree, signed checkpoints, the one writer, inclusion proofs.

Every room above may queue an entry; `transparency.merkle` is useful without Django.
"""
