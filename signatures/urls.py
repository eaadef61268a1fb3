from django.urls import path

from signatures.views import invitations, proving, receipts, signing, vouching

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
    path("mine/vouch/", vouching.vouch, name="vouch"),
    path("mine/vouches/", vouching.vouches, name="vouch-list"),
    path("mine/vouches/<uuid:vouch_id>/", vouching.take_back, name="vouch-take-back"),
    # Invitation codes: where a card leads, and the organisers' pages.
    path("invited/", invitations.invited, name="invited"),
    path("desk/invitations/<uuid:petition_id>/", invitations.batches, name="invitation-list"),
    path(
        "desk/invitations/<uuid:petition_id>/<uuid:batch_id>/",
        invitations.batch,
        name="invitation-detail",
    ),
    path(
        "desk/invitations/<uuid:petition_id>/<uuid:batch_id>/call-back/",
        invitations.call_back,
        name="invitation-call-back",
    ),
]
