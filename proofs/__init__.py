"""Owns the ways to show a relation to a company, and the record of each proof.

Petitions, signatures and the rooms above may call it; it knows neither petition nor signature,
only the scope (a petition's id) and the subject (a signature's id) that a caller names.
"""
