"""The registry of metrics: a name, the words for people, and what its errors and trials are."""

from recognition_audit.metrics import classification, identification, verification
from recognition_audit.metrics.base import METRICS, Metric

__all__ = ["METRICS", "Metric", "classification", "identification", "verification"]
