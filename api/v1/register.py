"""The register: companies, agencies, contracts, commitments, each fact with its source."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from register.models import Agency, Commitment, Company, Contract, Source

YES_OR_NO = [("true", "true"), ("false", "false")]


class InventedFilter(filters.FilterSet):
    """Only invented rows, or only real ones; anything but true and false is refused."""

    is_fictional = filters.TypedChoiceFilter(choices=YES_OR_NO, coerce=lambda text: text == "true")


class ContractFilter(InventedFilter):
    class Meta:
        model = Contract
        fields = ["company__slug", "agency__slug"]


class SourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Source
        fields = ["key", "title", "site", "url", "date"]


class CompanySerializer(serializers.ModelSerializer):
    class Meta:
        model = Company
        fields = ["slug", "name", "ticker", "exchange", "is_fictional"]


class AgencySerializer(serializers.ModelSerializer):
    class Meta:
        model = Agency
        fields = ["slug", "name", "kind", "place", "is_fictional"]


class ContractSerializer(serializers.ModelSerializer):
    company: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    agency: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    source: Any = SourceSerializer(read_only=True)

    class Meta:
        model = Contract
        fields = [
            "slug", "company", "agency", "product", "starts", "ends", "term", "amount",
            "currency", "amount_note", "quote", "note", "confidence", "source", "is_fictional",
        ]  # fmt: skip


class CommitmentSerializer(serializers.ModelSerializer):
    company: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    source: Any = SourceSerializer(read_only=True)

    class Meta:
        model = Commitment
        fields = [
            "slug", "entity", "company", "kind", "instrument", "actor_scope", "announced",
            "starts", "ends", "ends_as_printed", "status", "as_printed", "note", "confidence",
            "confidence_note", "source",
        ]  # fmt: skip


class CompanyViewSet(ReadOnlyModelViewSet):
    """Companies that sell face recognition."""

    queryset = Company.objects.order_by("slug")
    serializer_class = CompanySerializer
    lookup_field = "slug"
    filterset_class = InventedFilter


class AgencyViewSet(ReadOnlyModelViewSet):
    """Agencies that use it."""

    queryset = Agency.objects.order_by("slug")
    serializer_class = AgencySerializer
    lookup_field = "slug"
    filterset_class = InventedFilter


class ContractViewSet(ReadOnlyModelViewSet):
    """Contracts between them."""

    queryset = Contract.objects.select_related("company", "agency", "source").order_by("slug")
    serializer_class = ContractSerializer
    lookup_field = "slug"
    filterset_class = ContractFilter


class CommitmentViewSet(ReadOnlyModelViewSet):
    """Promises, laws and moratoria."""

    queryset = Commitment.objects.select_related("company", "source").order_by("slug")
    serializer_class = CommitmentSerializer
    lookup_field = "slug"
    filterset_fields = ["kind", "company__slug"]
