"""What is odd in the data of an audit of comparisons, by kind and how grave it is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.curves import equal_error_rate
from recognition_audit.errors import BadInput
from recognition_audit.histogram import Cell, Histograms
from recognition_audit.readers.comparisons import Oddities

Row = dict[str, Any]
WORSE_THAN_CHANCE = 0.5
# "error": a figure may be wrong because of it; "info": it changes nothing. All else warns.
SEVERITY = {
    "blank lines": "info",
    "impostor pairs of one subject": "error",
    "mated pairs of two subjects": "error",
    "negative distances": "error",
    "scores on two scales": "error",
    "scores that are infinite": "error",
}
# Rounding makes the distance of a picture to itself a hair less than zero; that is no fault.
NEGATIVE_BY_ROUNDING = 1e-5
# Two scales show as two heaps of impostors, either side of 1, with a gap between.
HEAP_SHARE_MIN = 0.01
GAP_OF_A_HEAP = 0.05
# Where all but one in a hundred impostors and mates at either end share fewer bins than these,
# curves and equal error rates are coarser than one would think; who is as many bins away is far.
# Of too few scores nobody can tell.
BINS_OF_THE_MIDDLE_MIN = 1_000
SHARE_OF_AN_END = 0.01
SCORES_FOR_A_MIDDLE = 100


def checks(oddities: Oddities, histograms: Histograms) -> list[Row]:
    """The rows of `checks`, by name."""
    told = {
        "negative distances": _negative_distances(histograms),
        "scores on two scales": _on_two_scales(histograms),
    }
    told |= _far_away(oddities, histograms)
    found = oddities.counts | {kind: number for kind, number in told.items() if number}
    return [
        {
            "id": kind.replace(" ", "-").replace(",", ""),
            "severity": SEVERITY.get(kind, "warning"),
            "message": kind,
            "count": count,
        }
        for kind, count in sorted(found.items())
    ]


def refuse_wrong_way_round(oddities: Oddities, histograms: Histograms, polarity: str) -> None:
    """Raises BadInput where impostors are more alike than mates.

    Not where one score is so far away that all others share a few bins: no rate of these is known.
    """
    impostors, mated = histograms.total(_is_impostor), histograms.total(_is_mated)
    if not impostors.any() or not mated.any():
        return
    rate = equal_error_rate(impostors, mated)
    if rate > WORSE_THAN_CHANCE and not _far_away(oddities, histograms):
        other = "similarity" if polarity == "distance" else "distance"
        raise BadInput(
            f"read as a {polarity}, the scores are wrong more often than chance (equal error "
            f"rate {rate:.2f}). They are a {other}: say --{other}."
        )


def _is_impostor(cell: Cell) -> bool:
    return not cell[0]


def _is_mated(cell: Cell) -> bool:
    return cell[0]


def _everything(_cell: Cell) -> bool:
    return True


def _negative_distances(histograms: Histograms) -> int:
    scale = histograms.scale
    if histograms.sign > 0 or scale is None or -histograms.high >= -NEGATIVE_BY_ROUNDING:
        return 0
    above = scale.edges()[:-1] >= NEGATIVE_BY_ROUNDING  # likeness is the distance turned round
    return int(histograms.total(_everything)[above].sum())


def _far_away(oddities: Oddities, histograms: Histograms) -> dict[str, int]:
    """Scores so far from the others that bins are coarse, by words that tell the farthest one."""
    counts = [histograms.total(kind) for kind in (_is_impostor, _is_mated)]
    middles = [_middle(some) for some in counts if some.sum() >= SCORES_FOR_A_MIDDLE]
    if not middles:
        return {}
    first, last = min(low for low, _high in middles), max(high for _low, high in middles)
    if last - first >= BINS_OF_THE_MIDDLE_MIN:
        return {}
    whole, far = counts[0] + counts[1], BINS_OF_THE_MIDDLE_MIN
    beyond = {1: int(whole[last + far :].sum()), -1: int(whole[: max(0, first - far)].sum())}
    found = {}
    for side, number in beyond.items():
        if number:
            end = histograms.high if side > 0 else histograms.low
            place = oddities.ends.get(-side * histograms.sign)
            value = histograms.sign * end
            known = place is not None and abs(place[0]) == abs(value)
            where = f" (file {place[1]:,}, row {place[2]:,})" if known and place else ""
            words = f"scores far from all others, as {value:g}{where}: curves and EER are coarse"
            found[words] = number
    return found


def _middle(counts: NDArray[np.int64]) -> tuple[int, int]:
    """The bins between which all but the scores at both ends are; counts not all 0."""
    below = np.cumsum(counts)
    left_out = max(1, int(below[-1] * SHARE_OF_AN_END))
    low, high = np.searchsorted(below, [left_out + 1, int(below[-1]) - left_out])
    return int(low), int(high)


def _on_two_scales(histograms: Histograms) -> int:
    """How many scores are in the smaller of two heaps either side of 1, as of 0–1 and 0–100."""
    scale = histograms.scale
    if scale is None or max(abs(histograms.low), abs(histograms.high)) <= 2:  # noqa: PLR2004
        return 0
    counts = histograms.total(_is_impostor)
    middles = np.abs(scale.edges()[:-1] + (scale.edges()[1] - scale.edges()[0]) / 2)
    # By powers of two: a heap of 0–1 and one of 0–100 are six of them apart.
    octaves = np.frexp(middles)[1]
    octaves -= octaves.min()
    ends = int(np.frexp(1.0)[1]) - int(np.frexp(middles)[1].min())
    heaps = np.bincount(octaves, weights=counts)
    below, above = heaps[:ends], heaps[ends:]
    if not len(below) or not len(above) or not counts.any():
        return 0
    least = min(below.sum(), above.sum())
    first, last = int(np.argmax(below)), ends + int(np.argmax(above))
    between = heaps[first + 1 : last]
    gap = between.min() if len(between) else np.inf
    smaller = min(heaps[first], heaps[last])
    is_two = least >= HEAP_SHARE_MIN * counts.sum() and gap <= GAP_OF_A_HEAP * smaller
    return int(least) if is_two else 0
