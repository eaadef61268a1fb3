"""Organisers, their teams, and the roles they have in them."""

import unicodedata
from typing import Any, ClassVar, Self

import pyrage
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountRefused


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An organiser, known by a mail address."""

    email = models.EmailField(_("mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("may see the desk"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_one_per_address",
                violation_error_message=_("There is an account with this address already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    MODERATOR = "moderator", _("moderator")
    REVIEWER = "reviewer", _("reviewer")
    EVIDENCE_EDITOR = "evidence_editor", _("evidence editor")
    AUDITOR = "auditor", _("auditor, reads only")


class Team(models.Model):
    """People who run campaigns together."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_role(self, *roles: Role) -> Self:
        return self.filter(roles__overlap=list(roles))


class Membership(models.Model):
    """What somebody is in a team: one row, several roles."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), verbose_name=_("roles")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once_per_team"),
            models.CheckConstraint(
                condition=Q(roles__len__gt=0) & Q(roles__contained_by=list(Role.values)),
                name="membership_roles_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"

    def role_labels(self) -> list[str | Promise]:
        return [Role(role).label for role in self.roles]


class ReviewKeyQuerySet(models.QuerySet["ReviewKey"]):
    def current(self) -> Self:
        """Those that new documents are encrypted to, one for each team."""
        return self.filter(retired_on=None)


class ReviewKey(models.Model):
    """A team's key to the documents that its reviewers decide on (age-encryption.org/v1).

    Anybody can encrypt to the recipient. The identity that decrypts is itself encrypted under a
    passphrase that only the reviewers know, so database and environment together open nothing.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="review_keys")
    recipient = models.CharField(max_length=100)
    identity = models.BinaryField(max_length=1024)
    made_on = models.DateField()
    # A retired key still opens the documents that were encrypted to it.
    retired_on = models.DateField(null=True)

    objects = ReviewKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("review key")
        verbose_name_plural = _("review keys")
        constraints = [
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(retired_on__isnull=True),
                name="review_key_one_current_per_team",
            )
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.made_on}"

    def lock(self, passphrase: str) -> None:
        """Make the pair of keys; keep the secret one under the passphrase alone."""
        identity = pyrage.x25519.Identity.generate()
        self.recipient = str(identity.to_public())
        self.identity = pyrage.passphrase.encrypt(str(identity).encode(), spoken(passphrase))

    def unlock(self, passphrase: str) -> pyrage.x25519.Identity:
        """The secret key, for this moment only; raises AccountRefused("wrong-passphrase")."""
        try:
            plain = pyrage.passphrase.decrypt(bytes(self.identity), spoken(passphrase))
        except pyrage.DecryptError as error:
            raise AccountRefused("wrong-passphrase") from error
        return pyrage.x25519.Identity.from_str(plain.decode())


def spoken(passphrase: str) -> str:
    """One form for what people tell one another: spaces and ways of typing do not matter."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())
