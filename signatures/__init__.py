"""Owns signatures: signing, confirming, proving a relation, and the events that change counts.

Delivery, shareholders, pages and api may call it.
"""
