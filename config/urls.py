"""Which room answers at which address."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("pages.urls")),
    path("", include("signatures.urls")),
    path("", include("petitions.urls")),
    path("", include("register.urls")),
    path("evidence/", include("evidence.urls")),
    path("log/", include("transparency.urls")),
    path("accounts/", include("allauth.urls")),
    path("accounts/", include("accounts.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("desk/", admin.site.urls),
    path("api/v1/", include("api.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("mailbox/", include("background.urls")))
