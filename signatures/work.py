"""A small piece of work that a busy petition asks for before it takes an entry (ALTCHA).

The browser does it when the form is sent; static/js/work.js. Without JavaScript the form takes a
stamp instead that grows valid after some seconds: whoever waits may go on. Each is used once.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from django_altcha import AltchaField, AltchaWidget  # type: ignore[import-untyped]

from privacy.digests import new_token
from signatures import policy

STAMP = signing.TimestampSigner(salt="signatures.work")
LASTS = timedelta(minutes=policy.WORK_MINUTES)


class WorkWidget(AltchaWidget):
    """The challenge as data of a hidden field; ALTCHA's own widget breaks our strict policy."""

    template_name = "signatures/signing/_work.html"


class WorkField(AltchaField):
    widget = WorkWidget

    def validate(self, value: Any) -> None:
        """Not here: the form takes a wait instead."""

    def is_done(self, value: Any) -> bool:
        """Whether the work was done, for a challenge of ours that is fresh and unused."""
        try:
            super().validate(value)
        except forms.ValidationError:
            return False
        return True


class WorkForm(forms.Form):
    """A form that asks for the work where `is_busy`."""

    work: Any = WorkField(
        maxnumber=policy.WORK_NUMBER_MAX,
        expire=policy.WORK_MINUTES * 60 * 1000,
        required=False,
        label="",
    )
    stamp = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_busy: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_busy = is_busy
        if not is_busy:
            del self.fields["work"], self.fields["stamp"]
            return
        self.fields["work"].help_text = _(
            "Many people are signing just now. Your device does a little work when you go on; "
            "without JavaScript, wait %(seconds)s seconds first."
        ) % {"seconds": policy.WAIT_SECONDS}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_busy and not self.errors and not (self._worked(data) or self._waited(data)):
            self._ask_again()
            raise forms.ValidationError(
                _("Many people are signing just now. Wait %(seconds)s seconds, then go on."),
                params={"seconds": policy.WAIT_SECONDS},
            )
        return data

    def _worked(self, data: dict[str, Any]) -> bool:
        field: Any = self.fields["work"]
        return field.is_done(data.get("work"))

    def _waited(self, data: dict[str, Any]) -> bool:
        try:
            stamp = data.get("stamp", "")
            STAMP.unsign(stamp, max_age=LASTS)
        except signing.BadSignature:
            return False
        if _is_fresh(stamp):
            return False
        return cache.add(f"work:{signing.Signer().signature(stamp)}", 1, LASTS.total_seconds())

    def _ask_again(self) -> None:
        """Keep a stamp that only needs to age; give a new one for a bad one."""
        typed = {name: value for name, value in self.data.items() if name != "work"}
        if not _is_fresh(typed.get("stamp", "")):
            typed["stamp"] = new_stamp()
        self.data = typed


def new_stamp() -> str:
    return STAMP.sign(new_token())


def _is_fresh(stamp: str) -> bool:
    """Whether it is ours and younger than the wait."""
    try:
        STAMP.unsign(stamp, max_age=timedelta(seconds=policy.WAIT_SECONDS))
    except signing.BadSignature:
        return False
    return True
