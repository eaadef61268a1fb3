from django.urls import path

from signatures.views import proving, receipts, signing

app_name = "signatures"

urlpatterns = [
    path("petitions/<slug:slug>/sign/<slug:relation>/", signing.sign, name="signature-create"),
    path("petitions/<slug:slug>/sent/", signing.sent, name="signature-sent"),
    path("s/<str:token>/", signing.confirm, name="signature-confirm"),
    path("s/<str:token>/not-me/", signing.refuse, name="signature-refuse"),
    path("receipts/<str:token>/", receipts.receipt, name="receipt"),
    path("receipts/<str:token>/log-proof.json", receipts.log_proof, name="receipt-log-proof"),
    path("receipts/<str:token>/withdraw/", receipts.withdraw, name="signature-withdraw"),
    path("receipts/<str:token>/prove/", proving.choose, name="proof-choose"),
    path("receipts/<str:token>/prove/<slug:method>/", proving.begin, name="proof-begin"),
    path("receipts/<str:token>/prove/<slug:method>/code/", proving.decide, name="proof-decide"),
]
