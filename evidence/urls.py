from django.urls import path, register_converter

from evidence import views


class Sha256Converter:
    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FormConverter:
    regex = "|".join(views.RENDERINGS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Sha256Converter, "sha256")
register_converter(FormConverter, "report_form")
app_name = "evidence"

urlpatterns = [
    path("", views.reports, name="report-list"),
    path("new/", views.ask, name="audit-create"),
    path("samples/<slug:name>/", views.sample, name="sample"),
    path("runs/<uuid:run_id>/", views.run, name="run-detail"),
    path("<sha256:sha256>/", views.report, name="report-detail"),
    path("<sha256:sha256>.json", views.report_json, name="report-json"),
    path("<sha256:sha256>.<report_form:form>", views.report_as, name="report-as"),
    path("<sha256:sha256>/figures/", views.report_figures, name="report-figures"),
    path("<sha256:sha256>/publish/", views.publish, name="report-publish"),
]
