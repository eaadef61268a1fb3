"""Measurements, each with the peer or the limit beside ours in the same run."""
