from django.urls import path, register_converter
from django.urls.converters import StringConverter

from evidence import views


class Sha256Converter(StringConverter):
    regex = "[0-9a-f]{64}"


class FormConverter(StringConverter):
    regex = "|".join(views.RENDERINGS)


register_converter(Sha256Converter, "sha256")
register_converter(FormConverter, "report_form")
app_name = "evidence"

urlpatterns = [
    path("", views.reports, name="report-list"),
    path("new/", views.choose, name="audit-choose"),
    path("new/<slug:kind>/", views.ask, name="audit-create"),
    path("samples/<slug:name>/", views.sample, name="sample"),
    path("runs/<uuid:run_id>/", views.run, name="run-detail"),
    path("runs/<uuid:run_id>/stop/", views.stop, name="run-stop"),
    path("<sha256:sha256>/", views.report, name="report-detail"),
    path("<sha256:sha256>.json", views.report_json, name="report-json"),
    path("<sha256:sha256>.<report_form:form>", views.report_as, name="report-as"),
    path("<sha256:sha256>/figures/", views.report_figures, name="report-figures"),
    path("<sha256:sha256>/publish/", views.publish, name="report-publish"),
]
