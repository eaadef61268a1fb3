"""Reviewed document: a picture that people of the petition's team look at, once, and delete."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import ReviewKey
from proofs import policy
from proofs.actions import documents
from proofs.errors import ProofRefused
from proofs.images import Picture, read_picture
from proofs.methods.base import Asked, Method, Started, method
from proofs.models import Document
from proofs.models.document import METHOD
from proofs.verdicts import Verdict


class PictureField(forms.FileField):
    """Takes a file that can be decoded as a picture, and cleans it into one without its past."""

    def clean(self, data: Any, initial: Any = None) -> Picture:
        file: UploadedFile = super().clean(data, initial)
        try:
            if (file.size or 0) > policy.UPLOAD_BYTES_MAX:  # its content was dropped on the way
                raise ProofRefused("picture-large", megabytes=policy.UPLOAD_BYTES_MAX // 2**20)
            return read_picture(file.read())
        except ProofRefused as refusal:
            raise forms.ValidationError(refusal.words, code=refusal.code) from refusal


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=[("", _("Choose")), *Document.Kind.choices]
    )
    picture = PictureField(
        label=_("A photo or a screenshot of it"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        error_messages={
            "required": _("Choose a picture."),
            "empty": _("This file is empty. Take the picture again."),
        },
        help_text=_(
            "JPEG, PNG, WebP or HEIC, up to 20 MB. Place and time of the photo are removed."
        ),
    )


@method
class ReviewedDocument(Method):
    name = METHOD
    label = _("A photo of a badge, a payslip or a statement")
    counted_as = _("by document")
    explain = _(
        "Some days. A reviewer of the petition's team looks at it; then it is deleted. Cover what "
        "is not needed, such as salary and numbers."
    )
    risk = _(
        "Reviewers see what you leave visible. Your employer is not asked and gets no mail from us."
    )
    stores = _(
        "The picture, encrypted to the reviewers, until they decide; then keyed fingerprints of "
        "it and of the name on it, so that nobody counts twice."
    )
    limits = {
        "tries": policy.DOCUMENTS_REFUSED_MAX,
        "megabytes": policy.UPLOAD_BYTES_MAX // 2**20,
    }
    shows = frozenset({Verdict.EMPLOYEE, Verdict.CONTINGENT, Verdict.FORMER, Verdict.SHAREHOLDER})
    begin_form = DocumentForm
    begin_template = "signatures/proving/document.html"
    decide_template = "signatures/proving/document_waits.html"
    is_reviewed = True
    takes_upload = True

    def is_ready(self, settings: Mapping[str, Any]) -> bool:
        return ReviewKey.objects.current().filter(team=settings["team"]).exists()

    def begin(self, asked: Asked, answers: Mapping[str, Any]) -> Started:
        key = ReviewKey.objects.current().filter(team=asked.settings["team"]).first()
        if key is None:
            raise ProofRefused("no-reviewers")
        claim = documents.put(
            asked=asked, key=key, kind=answers["kind"], picture=answers["picture"]
        )
        return Started(claim.pk)
