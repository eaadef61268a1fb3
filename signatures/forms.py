"""Forms of signing. They clean into what the verbs take."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.relations import Relation
from proofs.actions.vouching import ATTESTED
from proofs.methods.base import Method
from proofs.phrases import read_phrase
from proofs.policy import INVITATION_DAYS_MAX, INVITATIONS_PER_BATCH_MAX, PHRASE_WORDS
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


class VouchForm(forms.Form):
    """A colleague's phrase, and what the voucher says of them."""

    phrase = forms.CharField(
        label=_("The phrase that your colleague told you"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
        help_text=_("Four English words, in their order."),
    )
    attests = forms.ChoiceField(
        label=_("I know this person, and they work there as"),
        choices=[(verdict.value, Relation(verdict.value).label) for verdict in ATTESTED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how they work there.")},
    )

    def clean_phrase(self) -> str:
        phrase, unknown = read_phrase(self.cleaned_data["phrase"])
        if unknown:
            # The list is public, so this tells nothing, and a slip of the finger costs no try.
            raise forms.ValidationError(
                _("No phrase has this word: %(word)s. Look for a slip of the finger."),
                params={"word": unknown[0][:40]},
            )
        if len(phrase.split()) != PHRASE_WORDS:
            raise forms.ValidationError(
                _("A phrase has %(number)s words."), params={"number": PHRASE_WORDS}
            )
        return phrase


class BatchForm(forms.Form):
    """A new batch of invitation codes."""

    occasion = forms.CharField(
        label=_("Occasion"),
        max_length=80,
        help_text=_("For you alone, such as a meeting and its day. Name no person."),
    )
    number = forms.IntegerField(
        label=_("How many cards"), min_value=1, max_value=INVITATIONS_PER_BATCH_MAX, initial=50
    )
    relation = forms.ChoiceField(
        label=_("Whom you hand them to"),
        help_text=_("With each card you vouch for this. Hand it only to whom you know to be that."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"), widget=forms.DateInput(attrs={"type": "date"})
    )
    neutral = forms.BooleanField(
        label=_("Neutral cards, which do not name the petition"),
        required=False,
        initial=True,
        help_text=_("A card that is found in a pocket then tells nobody what it is for."),
    )

    def __init__(self, *args: object, relations: list[str], today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["relation"].choices = [  # type: ignore[attr-defined]
            (name, Relation(name).label) for name in relations
        ]
        last = today + timedelta(days=INVITATION_DAYS_MAX)
        self.fields["valid_until"].initial = today + timedelta(days=30)
        self.fields["valid_until"].widget.attrs |= {"min": str(today), "max": str(last)}


class CallBackForm(forms.Form):
    is_leaked = forms.BooleanField(
        label=_("Codes came into wrong hands: what was shown by this batch counts no more"),
        required=False,
        help_text=_("Everybody who used one becomes unverified, unless they showed it otherwise."),
    )
