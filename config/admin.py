"""The admin site is the organisers' desk; its pages live in `petitions.site`."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "petitions.site.Desk"
