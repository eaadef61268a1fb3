"""Owns petitions: text and versions, target, lifecycle, moderation and the ledger of totals.

Signatures, sealed, delivery, shareholders, pages and api may call it.
"""
