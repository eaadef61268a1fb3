from django.urls import path

from signatures.views import proving, receipts, reviewing, signing

app_name = "signatures"

urlpatterns = [
    path("petitions/<slug:slug>/sign/<slug:relation>/", signing.sign, name="signature-create"),
    path("petitions/<slug:slug>/sent/", signing.sent, name="signature-sent"),
    path("s/<str:token>/", signing.confirm, name="signature-confirm"),
    path("s/<str:token>/not-me/", signing.refuse, name="signature-refuse"),
    # What its owner does: the token is in a cookie, so that no address of a page gives power.
    path("mine/", receipts.receipt, name="mine"),
    path("mine/closed/", receipts.closed, name="mine-closed"),
    path("mine/open/<str:token>/", receipts.open_mine, name="mine-open"),
    path("mine/leave/", receipts.leave, name="mine-leave"),
    path("mine/log-proof.json", receipts.log_proof, name="mine-log-proof"),
    path("mine/withdraw/", receipts.withdraw, name="mine-withdraw"),
    path("mine/prove/", proving.choose, name="proof-choose"),
    path("mine/prove/<slug:method>/", proving.begin, name="proof-begin"),
    path("mine/prove/<slug:method>/next/", proving.decide, name="proof-decide"),
    path("mine/document/delete/", reviewing.take_back, name="document-take-back"),
    # The reviewers' desk.
    path("review/", reviewing.waiting, name="review-list"),
    path("review/keys/<slug:slug>/", reviewing.key, name="review-key"),
    path("review/<uuid:claim_id>/", reviewing.document, name="review-document"),
    path("review/<uuid:claim_id>/decide/", reviewing.decide, name="review-decide"),
]
