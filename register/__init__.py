"""Owns the sourced facts: companies, agencies, contracts, commitments, and where each was read.

Evidence, proofs, petitions and the rooms above may read it.
"""
