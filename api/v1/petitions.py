"""Petitions and their counts: what the public page shows, and nothing more."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from petitions import ledger
from petitions.models import Petition


class PetitionSerializer(serializers.ModelSerializer):
    """A published petition with its current text."""

    title = serializers.CharField()
    company = serializers.CharField(source="target.company.slug")
    addressee = serializers.CharField(source="target.addressee")
    contract: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    version = serializers.IntegerField(source="published_number")
    text_digest = serializers.CharField(source="text.digest")
    demand = serializers.CharField(source="text.demand")
    language = serializers.CharField(source="text.language")
    evidence = serializers.SerializerMethodField()

    class Meta:
        model = Petition
        fields = [
            "slug", "state", "title", "company", "addressee", "contract", "version",
            "text_digest", "language", "demand", "evidence", "relations", "closes_on", "is_demo",
        ]  # fmt: skip

    def get_evidence(self, petition: Petition) -> list[str]:
        """Content hashes of the reports that the text cites."""
        text = petition.text
        return [one.report_id for one in text.citations.all()] if text else []


class PartSerializer(serializers.Serializer):
    proof = serializers.CharField()
    total = serializers.IntegerField()


class RowSerializer(serializers.Serializer):
    relation = serializers.CharField()
    label: Any = serializers.CharField()
    total = serializers.IntegerField(allow_null=True)
    parts = PartSerializer(many=True)
    hidden_parts = serializers.BooleanField()
    scope = serializers.IntegerField(allow_null=True)
    scope_source = serializers.CharField()


class CountsSerializer(serializers.Serializer):
    """Kinds of signers are never added up; a hidden total is null."""

    rows = RowSerializer(many=True)
    unverified = serializers.IntegerField(allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    at_once = serializers.BooleanField()
    floor = serializers.IntegerField()


class PetitionViewSet(ReadOnlyModelViewSet):
    """Published petitions."""

    serializer_class = PetitionSerializer
    lookup_field = "slug"
    filterset_fields = ["state"]
    queryset = Petition.objects.none()

    def get_queryset(self) -> QuerySet[Petition]:
        rows = Petition.objects.published().with_texts().select_related("contract")
        return rows.order_by("-opened_at", "slug")

    @extend_schema(responses=CountsSerializer)
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def counts(self, request: Request, **kwargs: Any) -> Response:  # noqa: ARG002
        """What the petition publishes of its count, by relation and proof."""
        petition = get_object_or_404(self.get_queryset(), slug=kwargs["slug"])
        return Response(CountsSerializer(ledger.statement(petition)).data)
