"""What a metric says of itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A rate: `errors` of `trials`.

    words: what happened, as in "two different people were taken for one".
    """

    name: str
    title: str
    words: str
    errors: str
    trials: str
    source: str


METRICS: dict[str, Metric] = {}


def register(metric: Metric) -> Metric:
    METRICS[metric.name] = metric
    return metric
