"""Owns the public pages made of several rooms: home, petitions, search. It has no table."""
