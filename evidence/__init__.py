"""Owns audit runs and their reports, stored by content hash. Only this room runs audits.

Petitions and the rooms above may read it.
"""
