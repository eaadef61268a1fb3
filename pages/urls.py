from django.urls import path

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
    path("who-sees-what/", views.who_sees_what, name="who-sees-what"),
]
