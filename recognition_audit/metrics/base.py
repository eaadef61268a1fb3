"""What a metric says of itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A rate: `errors` of `trials`.

    words: what happened, as in "two different people were taken for one".
    of_hits: its value is the share of trials without error, as of recall.
    """

    name: str
    title: str
    words: str
    errors: str
    trials: str
    source: str
    of_hits: bool = False


METRICS: dict[str, Metric] = {}


def register(metric: Metric) -> Metric:
    METRICS[metric.name] = metric
    return metric
