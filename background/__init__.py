"""Owns long work and mail: rows in the database hold both, the broker only wakes the workers.

Every room above may enqueue a job or post a mail.
"""
