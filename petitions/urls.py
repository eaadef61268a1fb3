"""Petitions have no public pages of their own: `pages` composes them, the desk writes them."""

app_name = "petitions"
urlpatterns: list[object] = []
