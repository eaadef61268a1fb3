"""The ways of looking at groups: the intersection of all axes, then each axis alone."""

from collections.abc import Iterator, Sequence


def views(
    axes: Sequence[str], groups: Sequence[tuple[str, ...]]
) -> Iterator[tuple[list[str], dict[str, set[int]]]]:
    """Axes and, by name, the codes of the intersection that each of their groups holds."""
    places = [list(range(len(axes)))]
    if len(axes) > 1:
        places += [[place] for place in range(len(axes))]
    for chosen in places:
        members: dict[str, set[int]] = {}
        for code, group in enumerate(groups):
            name = " · ".join(group[place] for place in chosen) or "all"
            members.setdefault(name, set()).add(code)
        yield [axes[place] for place in chosen], dict(sorted(members.items()))
