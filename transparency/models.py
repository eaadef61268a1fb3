"""The queue of the log, its entries, the nodes of its tree, and the signed checkpoints."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ONLY_GROWS = pgtrigger.Update | pgtrigger.Delete


class QueuedEntry(models.Model):
    """An entry that waits for the writer. A held one waits until its group is large enough."""

    entry = models.BinaryField()
    group = models.CharField(max_length=64, db_index=True)
    held = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("queued entry")
        verbose_name_plural = _("queued entries")

    def __str__(self) -> str:
        return f"{self.group}: {self.pk}"


class LogEntry(models.Model):
    """One leaf of the public log."""

    index = models.PositiveBigIntegerField(primary_key=True)
    entry = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32, unique=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["index"]
        triggers = [pgtrigger.Protect(name="log_only_grows", operation=ONLY_GROWS)]

    def __str__(self) -> str:
        return str(self.index)


class LogNode(models.Model):
    """The hash of a complete subtree of 2^level leaves, at its place on that level."""

    level = models.PositiveSmallIntegerField()
    position = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("log node")
        verbose_name_plural = _("log nodes")
        constraints = [
            models.UniqueConstraint(fields=["level", "position"], name="log_node_once"),
            models.CheckConstraint(condition=Q(level__gte=1), name="log_node_has_leaves"),
        ]
        triggers = [pgtrigger.Protect(name="nodes_only_grow", operation=ONLY_GROWS)]

    def __str__(self) -> str:
        return f"{self.level}/{self.position}"


class Checkpoint(models.Model):
    """A signed size and root."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["size"]
        triggers = [pgtrigger.Protect(name="checkpoints_only_grow", operation=ONLY_GROWS)]

    def __str__(self) -> str:
        return str(self.size)
