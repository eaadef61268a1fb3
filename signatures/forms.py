"""Forms of signing. They clean into what the verbs take."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.policy import PASSPHRASE_CHARACTERS_MAX, PASSPHRASE_CHARACTERS_MIN
from petitions.actions.contacts import LABEL_CHARACTERS_MAX
from petitions.models import Petition
from petitions.relations import STAFF, Relation
from proofs import policy as proof_policy
from proofs.actions.documents import Finding
from proofs.actions.vouching import ATTESTED
from proofs.methods.base import Method
from proofs.models import Reason
from proofs.phrases import read_phrase
from proofs.policy import INVITATION_DAYS_MAX, INVITATIONS_PER_BATCH_MAX, PHRASE_WORDS
from signatures.actions.visibility import Choice, levels_for, numbers_for
from signatures.consents import CONSENTS, CONTACT, KEEP, KEEP_FINGERPRINT, SHOW
from signatures.errors import SignatureRefused
from signatures.models import Audience, Level, Signature
from signatures.policy import NAME_CHARACTERS_MAX, OBJECTION_CHARACTERS_MAX
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

    def __init__(
        self, *args: Any, staff: bool = False, has_keys: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # Whoever opened the page before the organisers' keys took effect read other words.
        self.drops_address = has_keys and (not self.is_bound or "drops" in self.data)
        self.keep_words = KEEP_FINGERPRINT if self.drops_address else CONSENTS[KEEP]
        if self.drops_address:
            self.fields["consent"].label = self.keep_words
            self.fields["contact"] = forms.BooleanField(label=CONSENTS[CONTACT], required=False)
            self.fields["drops"] = forms.CharField(
                widget=forms.HiddenInput, initial="yes", required=False
            )
        self.fields["address"].help_text = (
            _("A personal one that your employer cannot read. We send a link there.")
            if staff
            else _("We send a link there. It is shown to nobody.")
        )
        if self.drops_address and not staff:
            self.fields["address"].help_text = _("We send a link there.")

    def ask_again(self, text_digest: str) -> None:
        """Offer the new text, and ask for the consent to it anew."""
        typed = {name: value for name, value in self.data.items() if name != "consent"}
        self.data = typed | {"text": text_digest}

    def consents(self) -> dict[str, str]:
        """The words that were agreed to, in the language in which they were read."""
        given = {KEEP: str(self.keep_words)} if self.cleaned_data["consent"] else {}
        if self.cleaned_data.get("contact"):
            given[CONTACT] = str(CONSENTS[CONTACT])
        return given


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


class CodeForm(forms.Form):
    """The code that a signer wrote down."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Six groups of four; small letters, spaces and dashes do not matter."),
    )


class PetitionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.title


class MailLinkForm(forms.Form):
    """Where a link is to go, and for which petition."""

    petition = PetitionChoice(
        label=_("Petition"), queryset=Petition.objects.none(), to_field_name="slug"
    )
    address = forms.CharField(
        label=_("The address that you signed with"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, petitions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["petition"].queryset = petitions  # type: ignore[attr-defined]


# Who they are, from when they read it, and who may be among them.
AUDIENCE_WORDS: dict[str, Promise] = {
    Audience.PUBLIC: _(
        "On the petition’s page, where search engines, reporters and your employer read it."
    ),
    Audience.SIGNERS: _(
        "Where they open their own signature. Staff are shown only to those who showed that they "
        "belong to the staff too; managers may be among them. Anybody can sign as a member of "
        "the public."
    ),
    Audience.ORGANISERS: _(
        "On their desk, beside the day on which you signed and how you showed your relation. "
        "Each of their looks is written down."
    ),
    Audience.TARGET: _("In writing, when the petition is handed over, and not before."),
}


@dataclass(frozen=True)
class Question:
    """What is asked about one audience."""

    audience: str
    label: Promise | str
    words: Promise
    level: forms.BoundField
    together: forms.BoundField | None


class VisibilityForm(forms.Form):
    """One question for each audience; name and title once an answer needs them."""

    def __init__(self, *args: Any, signature: Signature, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signature = signature
        rows = {row.audience: row for row in signature.visibilities.all()}
        # Whom we cannot tell beforehand is not shown together (signatures.actions.together).
        can_be_told = bool(signature.address)
        numbers = numbers_for(signature.petition, signature.relation) if can_be_told else []
        for audience in Audience.values:
            row = rows.get(audience)
            self.fields[f"level_{audience}"] = forms.ChoiceField(
                label=_("They read"),
                choices=[(level.value, level.label) for level in levels_for(signature.relation)],
                initial=row.level if row else Level.COUNTED,
            )
            if numbers:
                least = numbers[0] if row is None else row.together or ""
                self.fields[f"together_{audience}"] = forms.ChoiceField(
                    label=_("From when"),
                    choices=[(str(n), _once(n)) for n in numbers] + [("", _("at once"))],
                    initial=str(least),
                    required=False,
                )
        if self._needs_words() or signature.name or signature.title:
            self._add_words()

    def questions(self) -> Iterator[Question]:
        for audience in Audience:
            together = f"together_{audience.value}"
            yield Question(
                audience.value,
                audience.label,
                AUDIENCE_WORDS[audience],
                self[f"level_{audience.value}"],
                self[together] if together in self.fields else None,
            )

    def words(self) -> list[forms.BoundField]:
        """The fields of name, title and consent, where they are asked for."""
        return [self[name] for name in ("name", "title", "consent") if name in self.fields]

    def asks_first(self) -> bool:
        """Whether the answers need a name or a title that the page had not asked for."""
        return self._needs_words() and "name" not in self.data

    def choices(self) -> dict[str, Choice]:
        """The answers as the verb takes them."""
        data = self.cleaned_data
        return {
            audience: Choice(data[f"level_{audience}"], _number(data.get(f"together_{audience}")))
            for audience in Audience.values
        }

    def refuse(self, refusal: SignatureRefused) -> None:
        """Put a refusal beside the field it is about."""
        beside = {"no-name": "name", "bad-name": "name", "no-title": "title"}
        field = (beside | {"no-consent-to-show": "consent"}).get(refusal.code)
        self.add_error(field if field in self.fields else None, refusal.words)

    def consents(self) -> dict[str, str]:
        """The words that were agreed to, in the language in which they were read."""
        return {SHOW: str(CONSENTS[SHOW])} if self.cleaned_data.get("consent") else {}

    def _needs_words(self) -> bool:
        levels = {self.data.get(f"level_{audience}") for audience in Audience.values}
        return bool(levels & set(Level.values) - {Level.COUNTED})

    def _add_words(self) -> None:
        title = _("Your title at the company") if self.signature.relation in STAFF else _("Title")
        for name, label, value in (
            ("name", _("Your name, as it is to be shown"), self.signature.reveal_name()),
            ("title", title, self.signature.reveal_title()),
        ):
            self.fields[name] = forms.CharField(
                label=label,
                max_length=NAME_CHARACTERS_MAX,
                required=False,
                initial=value,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        if SHOW not in self.signature.consents:
            self.fields["consent"] = forms.BooleanField(label=CONSENTS[SHOW], required=False)
        self.fields["name"].help_text = _("Its first word is taken for your first name.")


def _once(number: int) -> str:
    return gettext("once at least %(n)s of us agreed") % {"n": number}


def _number(text: str | None) -> int | None:
    return int(text) if text else None


class ObjectionForm(forms.Form):
    words = forms.CharField(
        label=_("Why it is to be counted"),
        max_length=OBJECTION_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The petition’s reviewers read this. Leave out what they need not know."),
    )


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


class ContactKeyForm(forms.Form):
    """The public half of a key that an organiser made."""

    recipient = forms.CharField(
        label=_("Public key"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The line that begins with age1. Never the one with SECRET in it."),
    )
    label = forms.CharField(
        label=_("Whose key, and where it lies"),
        max_length=LABEL_CHARACTERS_MAX,
        help_text=_("Such as: Ben’s laptop, or: paper in the union’s safe."),
    )


class CallBackForm(forms.Form):
    is_leaked = forms.BooleanField(
        label=_("Codes came into wrong hands: what was shown by this batch counts no more"),
        required=False,
        help_text=_("Everybody who used one becomes unverified, unless they showed it otherwise."),
    )


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
        max_length=proof_policy.NAME_CHARACTERS_MAX,
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
