from django.urls import path

from background import views

app_name = "background"

urlpatterns = [
    path("", views.mailbox, name="mailbox-list"),
    path("<slug:name>/", views.mail, name="mailbox-detail"),
]
