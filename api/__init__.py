"""Owns the public API: serializers and routes over the rooms' own reads."""
