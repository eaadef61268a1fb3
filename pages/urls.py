from django.urls import path
from django.views.generic import RedirectView

from pages import views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("petitions/", views.petitions, name="petition-list"),
    path("petitions/<slug:slug>/", views.petition, name="petition-detail"),
    path("petitions/<slug:slug>/names/", views.names, name="petition-names"),
    path("petitions/<slug:slug>/preview/", views.preview, name="petition-preview"),
    path("petitions/<slug:slug>/versions/<int:number>/", views.version, name="version-detail"),
    path("how-we-count/", views.how_we_count, name="how-we-count"),
    path("what-we-hold/", views.what_we_hold, name="what-we-hold"),
    path("petitions/<slug:slug>/what-we-hold/", views.held_of_petition, name="petition-held"),
    path("legal-demands/", views.legal_demands, name="legal-demands"),
    # Where the first of these pages was.
    path("who-sees-what/", RedirectView.as_view(pattern_name="pages:what-we-hold", permanent=True)),
]
