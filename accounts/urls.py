"""Sign-in pages are django-allauth's; nothing of our own yet."""

app_name = "accounts"
urlpatterns: list[object] = []
