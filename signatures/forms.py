"""Forms of signing. They clean into what the verbs take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.policy import PASSPHRASE_CHARACTERS_MAX, PASSPHRASE_CHARACTERS_MIN
from petitions.relations import Relation
from proofs.actions.documents import Finding
from proofs.methods.base import Method
from proofs.models import Reason
from proofs.policy import NAME_CHARACTERS_MAX
from signatures.consents import CONSENTS, KEEP


class SignForm(forms.Form):
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

    def __init__(self, *args: object, staff: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
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


def _passphrase(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=PASSPHRASE_CHARACTERS_MAX,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        **more,
    )


class PassphraseForm(forms.Form):
    passphrase = _passphrase(
        _("The reviewers’ passphrase"),
        help_text=_("It opens this document for this one answer, and is not kept."),
    )


class ReviewKeyForm(forms.Form):
    """A passphrase, typed twice: nobody can look it up later."""

    passphrase = _passphrase(
        _("A passphrase for the reviewers"), min_length=PASSPHRASE_CHARACTERS_MIN
    )
    again = _passphrase(_("The same once more"))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if "passphrase" in typed and typed["passphrase"] != typed.get("again"):
            self.add_error("again", _("These two are not the same."))
        return typed


class FindingForm(forms.Form):
    """What a reviewer found. The choice lists only what the petition asks for."""

    NOT_SHOWN = "not_shown"

    verdict = forms.ChoiceField(
        label=_("What does it show?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it shows.")},
    )
    reason = forms.ChoiceField(
        label=_("If it does not: why?"),
        choices=[("", _("Choose")), *Reason.choices],
        required=False,
        help_text=_("The signer reads these words."),
    )
    name = forms.CharField(
        label=_("Name of the person, as printed"),
        max_length=NAME_CHARACTERS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("If it can be read. Kept as a keyed fingerprint only, to find duplicates."),
    )
    is_another = forms.BooleanField(
        label=_("It is another person with the same name"),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, relations: list[Relation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [(relation.value, relation.label) for relation in relations]
        self.fields["verdict"].choices = [  # type: ignore[attr-defined]
            *shown,
            (self.NOT_SHOWN, _("None of these")),
        ]
        if self.data.get("is_another"):
            self.ask_whether_another("same-person")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("verdict") == self.NOT_SHOWN and not given.get("reason"):
            self.add_error("reason", _("Choose why the document does not show the relation."))
        return given

    def ask_whether_another(self, code: str) -> None:
        """Show the box by which a reviewer says that two people share a name."""
        if code == "same-person":
            self.fields["is_another"].widget = forms.CheckboxInput()

    def finding(self) -> Finding:
        given = self.cleaned_data
        is_shown = given["verdict"] != self.NOT_SHOWN
        return Finding(
            verdict=given["verdict"] if is_shown else "",
            reason="" if is_shown else given["reason"],
            name=given["name"],
            is_another=given["is_another"],
        )
