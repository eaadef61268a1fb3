"""Merkle tree, signed notes and checkpoints as pure functions; no Django."""
