"""Forms of signing. They clean into what the verbs take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from proofs.methods.base import Method
from signatures.consents import CONSENTS, KEEP
from signatures.work import WorkForm


class SignForm(WorkForm):
    address = forms.CharField(
        label=_("Your mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # The digest of the text that stands on the page: what is signed is what was read.
    text = forms.CharField(max_length=64, widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=CONSENTS[KEEP], error_messages={"required": _("Tick this if you agree.")}
    )

    def __init__(self, *args: Any, staff: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].help_text = (
            _("A personal one that your employer cannot read. We send a link there.")
            if staff
            else _("We send a link there. It is shown to nobody.")
        )

    def ask_again(self, text_digest: str) -> None:
        """Offer the new text, and ask for the consent to it anew."""
        typed = {name: value for name, value in self.data.items() if name != "consent"}
        self.data = typed | {"text": text_digest}

    def consents(self) -> dict[str, str]:
        """The words that were agreed to, in the language in which they were read."""
        return {KEEP: str(CONSENTS[KEEP])} if self.cleaned_data["consent"] else {}


class MethodForm(forms.Form):
    """The choice among the ways to show a relation; none is preselected."""

    method = forms.ChoiceField(
        label=_("How do you want to show it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the ways.")},
    )

    def __init__(self, *args: object, methods: list[Method], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(way.name, way.label) for way in methods]
        self.fields["method"].choices = choices  # type: ignore[attr-defined]
