from django.urls import path

from register import views

app_name = "register"

urlpatterns = [
    path("companies/", views.companies, name="company-list"),
    path("companies/<slug:slug>/", views.company, name="company-detail"),
    path("agencies/", views.agencies, name="agency-list"),
    path("agencies/<slug:slug>/", views.agency, name="agency-detail"),
    path("contracts/", views.contracts, name="contract-list"),
    path("contracts/<slug:slug>/", views.contract, name="contract-detail"),
    path("commitments/", views.commitments, name="commitment-list"),
    path("commitments/<slug:slug>/", views.commitment, name="commitment-detail"),
]
