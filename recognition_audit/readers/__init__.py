"""Readers: files of scores or predictions to arrays, in chunks, with every oddity counted."""
