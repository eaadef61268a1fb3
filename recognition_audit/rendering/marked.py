"""A report as Markdown; charts stand in it as their tables."""

import re

from recognition_audit.charts import Table
from recognition_audit.rendering.content import content_of
from recognition_audit.report import Report

# Signs that a reader of Markdown, GitHub's included, would take for markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$!])")
_LINKS = re.compile(r"(?i)\b(https?|ftp|mailto)(:)|\b(www)(\.)")
# Charts whose table stands nowhere else in the document.
CHARTS_ALONE = ("matrix", "det", "sweep", "gallery")


def markdown(report: Report) -> str:
    content = content_of(report)
    lines = [f"# {plain(content.title)}", "", plain(content.kicker), ""]
    for finding in content.findings:
        lines += [plain(finding["text"]), ""]
        if finding["caveat"]:
            lines += [f"> {plain(finding['caveat'])}", ""]
    lines += ["## What this cannot say", "", *(f"- {plain(one)}" for one in content.limits), ""]
    facts = Table("What was tested", ("", ""), content.facts)
    lines += ["## What was tested", "", *_table(facts)]
    if content.figures:
        lines += ["## Charts as tables", ""]
    for figure in content.figures:
        if figure.name in CHARTS_ALONE:
            lines += [f"### {plain(figure.heading)}", "", *_table(figure.table)]
    lines += ["## The figures", ""]
    for table in content.tables:
        lines += [f"### {plain(table.caption)}", "", *_table(table)]
    lines += [plain(content.hidden), ""] if content.hidden else []
    lines += ["## Repeat it", "", "With the same files this gives the same bytes:", ""]
    lines += [f"    {content.repeat}", "", f"Report {content.sha256}", ""]
    return "\n".join(lines)


def plain(words: str) -> str:
    """Text that stays text: no markup, no line of its own, no link."""
    one_line = " ".join(str(words).split())
    escaped = _MARKUP.sub(r"\\\1", one_line)
    escaped = _LINKS.sub(lambda m: f"{m[1] or m[3]}{'&#58;' if m[2] else '&#46;'}", escaped)
    # At a line's start these begin a list, a rule or a heading.
    return re.sub(r"^([-+=]|\d+[.)](?=\s|$))", lambda m: f"{m[0][:-1]}\\{m[0][-1]}", escaped)


def _table(table: Table) -> list[str]:
    head = f"| {' | '.join(map(plain, table.head))} |"
    rows = [f"| {' | '.join(map(plain, row))} |" for row in table.rows]
    note = [plain(table.note), ""] if table.note else []
    return [head, "|---" * len(table.head) + "|", *rows, "", *note]
