"""The text of a petition. A published version never changes; a trigger holds that."""

import hashlib
import json
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from evidence.models import Report
from petitions.markdown import to_html
from petitions.policy import DEMAND_CHARACTERS_MAX, TITLE_CHARACTERS_MAX

# SHA-256 in hexadecimal.
DIGEST = "^[0-9a-f]{64}$"


class Version(models.Model):
    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    title = models.CharField(_("title"), max_length=TITLE_CHARACTERS_MAX)
    demand = models.TextField(_("demand"), max_length=DEMAND_CHARACTERS_MAX)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["petition", "number", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "number", "language"], name="version_once_per_language"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, digest="")
                | Q(published_at__isnull=False, digest__regex=DIGEST),
                name="version_published_has_a_digest",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(demand=""), name="version_has_a_text"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_text_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pages:version-detail", args=[self.petition.slug, self.number])

    @property
    def demand_html(self) -> SafeString:
        return to_html(self.demand)

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def canonical_bytes(self) -> bytes:
        """What the digest covers: the text, and the evidence by its content hash."""
        content = {
            "petition": str(self.petition_id),
            "number": self.number,
            "language": self.language,
            "title": self.title,
            "demand": self.demand,
            "evidence": [citation.report_id for citation in self.citations.all()],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")

    def freeze(self, now: datetime) -> None:
        """Set what publishing sets; the caller saves."""
        self.digest = hashlib.sha256(self.canonical_bytes()).hexdigest()
        self.published_at = now


class Citation(models.Model):
    """Evidence under a version, by content hash: another report is another hash."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="citations")
    report = models.ForeignKey(
        Report, models.PROTECT, to_field="sha256", related_name="+", db_column="report_sha256"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "report"], name="citation_once_per_version")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_citations_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("of_version", "bigint")],
                func="""
                    of_version = CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id
                                 ELSE NEW.version_id END;
                    IF EXISTS (SELECT 1 FROM petitions_version
                               WHERE id = of_version AND published_at IS NOT NULL) THEN
                        RAISE EXCEPTION 'pgtrigger: the citations of a published version stay';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return str(self.report_id)[:12]
