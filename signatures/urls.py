from django.urls import path

from signatures.views import (
    ageing,
    contacts,
    control,
    invitations,
    marking,
    proving,
    receipts,
    reviewing,
    signing,
    sso,
    unsubscribing,
    visibility,
    vouching,
)

app_name = "signatures"

urlpatterns = [
    path("petitions/<slug:slug>/sign/<slug:relation>/", signing.sign, name="signature-create"),
    path("petitions/<slug:slug>/sent/", signing.sent, name="signature-sent"),
    path("s/<str:token>/", signing.confirm, name="signature-confirm"),
    path("s/<str:token>/not-me/", signing.refuse, name="signature-refuse"),
    path("u/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    # What its owner does: the token is in a cookie, so that no address of a page gives power.
    path("mine/", receipts.receipt, name="mine"),
    path("mine/closed/", receipts.closed, name="mine-closed"),
    path("mine/mailed/", receipts.mailed, name="mine-mailed"),
    path("mine/open/<str:token>/", receipts.open_mine, name="mine-open"),
    path("mine/leave/", receipts.leave, name="mine-leave"),
    path("mine/log-proof.json", receipts.log_proof, name="mine-log-proof"),
    path("mine/held/", control.held, name="mine-held"),
    path("mine/data.json", control.export, name="mine-export"),
    path("mine/code/", control.code, name="mine-code"),
    path("mine/notices/", control.notices, name="mine-notices"),
    path("mine/erase/", control.erase, name="mine-erase"),
    path("mine/visibility/", visibility.choose, name="mine-visibility"),
    path("mine/signers/", visibility.signers, name="mine-signers"),
    path("mine/withdraw/", receipts.withdraw, name="mine-withdraw"),
    path("mine/object/", marking.object_to, name="mine-object"),
    path("mine/left/", ageing.left, name="mine-left"),
    path("mine/prove/", proving.choose, name="proof-choose"),
    path("mine/prove/sso/", sso.begin, name="sso-begin"),
    path("mine/prove/sso/next/", sso.back, name="sso-back"),
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
    # Keys of the organisers, and the list of addresses that is encrypted to them.
    path("desk/contacts/<uuid:petition_id>/", contacts.keys, name="contact-keys"),
    path(
        "desk/contacts/<uuid:petition_id>/keys/<int:key_id>/end/",
        contacts.end,
        name="contact-key-end",
    ),
    path("desk/contacts/<uuid:petition_id>/download/", contacts.download, name="contact-download"),
    path("mine/document/delete/", reviewing.take_back, name="document-take-back"),
    # The reviewers' desk.
    path("review/", reviewing.waiting, name="review-list"),
    path("review/keys/<slug:slug>/", reviewing.key, name="review-key"),
    path("review/<uuid:claim_id>/", reviewing.document, name="review-document"),
    path("review/<uuid:claim_id>/decide/", reviewing.decide, name="review-decide"),
]
