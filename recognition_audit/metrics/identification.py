"""Rates of 1:N search: a probe against a gallery of N people."""

from recognition_audit.metrics.base import Metric, register

FPIR = register(
    Metric(
        name="FPIR",
        title="False positive identification rate",
        words="somebody who is not in the gallery was taken for somebody in it",
        errors="searches for people who are not in the gallery that returned a candidate",
        trials="searches for people who are not in the gallery",
        source="ISO/IEC 19795-1; NISTIR 8280",
    )
)
FNIR = register(
    Metric(
        name="FNIR",
        title="False negative identification rate",
        words="somebody who is in the gallery was not returned",
        errors="searches that did not return the person among the first R at the threshold",
        trials="searches for people who are in the gallery",
        source="ISO/IEC 19795-1; NISTIR 8280",
    )
)
