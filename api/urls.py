from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import DefaultRouter

from api.v1 import evidence, petitions, register

router = DefaultRouter()
router.root_view_name = "root"
router.register("petitions", petitions.PetitionViewSet, "petition")
router.register("reports", evidence.ReportViewSet, "report")
router.register("companies", register.CompanyViewSet, "company")
router.register("agencies", register.AgencyViewSet, "agency")
router.register("contracts", register.ContractViewSet, "contract")
router.register("commitments", register.CommitmentViewSet, "commitment")

app_name = "api"

urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("", include(router.urls)),
]
