"""The ways of looking at groups: the intersection of all axes, then each axis alone."""

from collections.abc import Callable, Iterator, Sequence

Group = tuple[str, ...]
EVERYBODY = "all"


def looks(
    axes: Sequence[str], *, everybody: bool = False
) -> Iterator[tuple[list[str], Callable[[Group], str]]]:
    """The axes of each look, and how a group of the intersection is called in it.

    everybody : at the end, one look at all together.
    """
    chosen: list[tuple[int, ...]] = [tuple(range(len(axes)))]
    if len(axes) > 1:
        chosen += [(place,) for place in range(len(axes))]
    if everybody and axes:
        chosen.append(())
    for places in chosen:
        yield [axes[place] for place in places], _namer(places)


def _namer(places: Sequence[int]) -> Callable[[Group], str]:
    def name_of(group: Group) -> str:
        return " · ".join(group[place] for place in places) or EVERYBODY

    return name_of


def views(
    axes: Sequence[str], groups: Sequence[Group]
) -> Iterator[tuple[list[str], dict[str, set[int]]]]:
    """Axes and, by name, the codes of the intersection that each of their groups holds."""
    for names, name_of in looks(axes):
        members: dict[str, set[int]] = {}
        for code, group in enumerate(groups):
            members.setdefault(name_of(group), set()).add(code)
        yield names, dict(sorted(members.items()))
