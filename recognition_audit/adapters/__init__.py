"""Adapters: from pictures of faces to the inputs of an audit, through somebody's recogniser.

An adapter is one small class (base.py says what it must have); the runs around it (enrolment.py for
recognisers that run here, asking.py for services) read the labels, keep the journal that lets a
stopped run go on, and write scores under pseudonyms. Embeddings and pictures are never written.
"""
