"""Published reports. The exact bytes are at `document`; their hash is the report's name."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.reverse import reverse
from rest_framework.viewsets import ReadOnlyModelViewSet

from evidence.models import Report


class ReportSerializer(serializers.ModelSerializer):
    company: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    document = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = [
            "sha256", "title", "headline", "system", "company", "made_at", "published_at",
            "document",
        ]  # fmt: skip

    def get_document(self, report: Report) -> str:
        """Where the report's exact bytes are."""
        path = reverse("evidence:report-json", args=[report.sha256])
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


class ReportViewSet(ReadOnlyModelViewSet):
    """Published audit reports."""

    serializer_class = ReportSerializer
    lookup_field = "sha256"
    lookup_value_regex = "[0-9a-f]{64}"
    queryset = Report.objects.none()

    def get_queryset(self) -> QuerySet[Report]:
        return Report.objects.published().select_related("company").defer("document", "charts")
