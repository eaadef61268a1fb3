"""Owns organisers: users, teams, roles, sign-in, and the one table of who may do what.

Every room above may call it; signers have no account.
"""
