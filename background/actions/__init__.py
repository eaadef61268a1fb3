"""The verbs of background work."""

from background.actions.jobs import cancel, enqueue, run_job
from background.actions.outbox import deliver_mail, post
from background.actions.waking import wake_due

__all__ = ["cancel", "deliver_mail", "enqueue", "post", "run_job", "wake_due"]
