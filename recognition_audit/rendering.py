"""A report as a page of HTML or as Markdown; both hold the same findings and figures."""

from collections.abc import Iterator
from html import escape
from typing import Any

from recognition_audit.charts import all_charts
from recognition_audit.findings import percent
from recognition_audit.report import Report

STYLE = """body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;
color:#1a1c1f;background:#fbfaf6}table{border-collapse:collapse}td,th{padding:.3rem .8rem .3rem 0;
text-align:left;border-bottom:1px solid #dcd8cd}.chart{max-width:100%;height:auto}
.chart text{font:13px system-ui;fill:#1a1c1f}.chart .axis{stroke:#dcd8cd}.chart .mark{fill:#0b5a52}
.chart .ci{stroke:#0b5a52;stroke-width:2}.chart .q{fill:#575c63}"""


def rate_lines(report: Report) -> Iterator[tuple[str, ...]]:
    """Every rate that may be shown, as texts."""
    for row in report.document["rates"]:
        if row["value"] is None:
            continue
        group = row["group_a"]
        if row["group_b"] not in (None, group):
            group += f" / {row['group_b']}"
        interval = f"{percent(row['ci']['lo'])} to {percent(row['ci']['hi'])}"
        counts = f"{row['errors']:,} of {row['trials']:,}"
        yield (
            row["metric"],
            row["threshold"] or "",
            group,
            counts,
            percent(row["value"]),
            interval,
        )


HEADINGS = ("Metric", "Threshold", "Group", "Errors", "Rate", "95 % interval")


def markdown(report: Report) -> str:
    document: Any = report.document
    lines = ["# Audit report", ""]
    for finding in document["findings"]:
        lines += [finding["text"], "", f"> {finding['caveat']}", ""]
    lines += ["## What this cannot say", "", *(f"- {limit}" for limit in document["limits"]), ""]
    lines += ["## Rates", "", f"| {' | '.join(HEADINGS)} |", "|---" * len(HEADINGS) + "|"]
    lines += [f"| {' | '.join(cells)} |" for cells in rate_lines(report)]
    return "\n".join([*lines, "", f"Report {report.sha256}", ""])


def html(report: Report) -> str:
    """One page that needs nothing else."""
    document: Any = report.document
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width,initial-scale=1'>",
        f"<title>Audit report</title><style>{STYLE}</style></head><body><main>",
        "<h1>Audit report</h1>",
    ]
    parts += [
        f"<p>{escape(one['text'])}<br><small>{escape(one['caveat'])}</small></p>"
        for one in document["findings"]
    ]
    parts += [f"<figure>{svg}</figure>" for svg in all_charts(document).values()]
    parts.append("<h2>What this cannot say</h2><ul>")
    parts += [f"<li>{escape(limit)}</li>" for limit in document["limits"]]
    parts.append("</ul><h2>Rates</h2><table><tr>")
    parts += [f"<th scope='col'>{name}</th>" for name in HEADINGS]
    parts.append("</tr>")
    for cells in rate_lines(report):
        parts.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    parts.append(f"</table><p>Report <code>{report.sha256}</code></p></main></body></html>\n")
    return "".join(parts)
