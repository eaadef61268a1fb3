"""Reports to try: real ones over the samples, and hand-made ones that hold every part."""

from functools import cache
from itertools import product

from config.embedded import ROOT
from recognition_audit import Report, Threshold, classify, verify
from recognition_audit import report as report_module
from recognition_audit.intervals import independent
from recognition_audit.limits import adequacy

FOLDER = ROOT / "evidence" / "samples"
# Made by hand, then from the samples.
DOCUMENTS = (
    "comparison", "search", "classification", "published", "pairing", "dlib", "skin", "deepface",
)  # fmt: skip
RACES, GENDERS = ("Asian", "Black", "White"), ("Female", "Male")
AXES = ["race", "gender"]
SCHEMA = "countersign.recognition-audit/2"


@cache
def real():
    """Today's documents by name, with what the schema /2 asks for."""
    dlib = FOLDER / "dlib-fairface-impostors"
    deepface = FOLDER / "fairface-deepface-facellm"
    reports = {
        "dlib": verify(
            dlib / "condensed_distances.parquet",
            subjects=dlib / "subjects.csv",
            failed=dlib / "failed_to_enrol.csv",
            groups=AXES,
            thresholds=[Threshold("0.6", 0.6, "vendor default"), Threshold("0.5", 0.5, "stricter")],
            system={"name": "dlib 20.0, ResNet-34", "vendor": "Davis King"},
            labels={"source": "FairFace, by observers", "limits": "Observers gave the labels."},
        ),
        "skin": verify(
            FOLDER / "rfw-skintype-pairs/skintype_pairs_pseudonymised.parquet",
            at_fmr=0.01,
            groups=["skin"],
        ),
        "deepface": classify(
            deepface / "deepface_3k.csv",
            truth=deepface / "train_labels_inferred_only.csv",
            system={"name": "DeepFace"},
        ),
    }
    return {name: upgraded(report.document) for name, report in reports.items()}


def upgraded(document):
    """The document as the schema /2 has it; one that is /2 already stays the same."""
    thresholds = [
        {"tuned": step["origin"].startswith("fixed")} | step for step in document["thresholds"]
    ]
    checks = [{"severity": "info"} | check for check in document["checks"]]
    return dict(document) | {"schema": SCHEMA, "thresholds": thresholds, "checks": checks}


def report_of(document):
    """A Report of whichever schema the engine writes."""
    return Report(dict(document) | {"schema": report_module.SCHEMA})


def row(metric, group, errors, trials, *, subjects=200, threshold="0.6", axes=AXES, **more):
    """A rate as the engine writes it."""
    enough = adequacy(errors, trials, subjects).value
    shared = {"metric": metric, "threshold": threshold, "axes": list(axes), "group_a": group}
    shared |= {"group_b": None, "adequacy": enough} | more
    if enough == "too few":
        return shared | dict.fromkeys(("errors", "trials", "subjects", "value", "ci"))
    interval = independent(errors, trials)
    ci = {"lo": interval.lo, "hi": interval.hi, "level": 0.95, "method": interval.method}
    numbers = {"errors": errors, "trials": trials, "subjects": subjects}
    return shared | numbers | {"value": errors / trials, "ci": ci}


def base(task, **parts):
    inputs = [{"role": "data", "sha256": "0" * 64, "bytes": 12, "rows": 3}]
    versions = {"recognition_audit": "1", "numpy": "2", "scipy": "1", "python": "3.11"}
    whole = {
        "schema": SCHEMA,
        "task": task,
        "manifest": {
            "command": "verify", "inputs": inputs, "parameters": {"seed": 20200610},
            "versions": versions,
        },
        "system": {"name": "FaceMatch", "version": "4.2", "vendor": "Acme", "score": "distance"},
        "labels": {"axes": AXES, "source": "passports"},
        "checks": [{"id": "duplicate-rows", "severity": "warning", "message": "duplicate rows",
                    "count": 2}],
        "thresholds": [
            {"name": "0.6", "value": 0.6, "origin": "vendor default", "tuned": False},
            {"name": "FMR 0.01", "value": 0.52, "origin": "fixed at 1 %", "tuned": True},
        ],
        "groups": [], "rates": [], "summaries": [], "shifts": [], "differentials": [],
        "contrasts": [], "bands": [], "equality": [],
        "curves": {"det": [], "sweep": [], "gallery": []},
        "findings": [], "limits": ["It tests the system and the pictures named here."],
    }  # fmt: skip
    return whole | parts


NAMES = [f"{race} · {gender}" for race, gender in product(RACES, GENDERS)]
FALSE_MATCHES = dict(zip(NAMES, (5650, 1210, 2480, 1910, 265, 140), strict=True))
SMALL = "Black · Unknown"


def comparison():
    """Six groups with every part, and a seventh that is too small to be shown."""
    rates = []
    for threshold, part in (("0.6", 1.0), ("FMR 0.01", 0.2)):
        for name, errors in FALSE_MATCHES.items():
            count = int(errors * part)
            rates.append(row("FMR", name, count, 10_000, group_b=name, threshold=threshold))
            rates.append(row("FNMR", name, 40 + count // 500, 2_000, threshold=threshold))
        rates.append(row("FMR", SMALL, 7, 9, subjects=9, group_b=SMALL, threshold=threshold))
        rates.append(row("FNMR", SMALL, 7, 9, subjects=9, threshold=threshold))
        for place, first in enumerate(NAMES):
            for second in NAMES[place + 1 :]:
                same = first.split(" · ")[0] == second.split(" · ")[0]
                errors = int((900 if same else 41) * part)
                more = {"group_b": second, "threshold": threshold, "subjects": 400}
                rates.append(row("FMR", first, errors, 20_000, **more))
    rates += [
        row("FTE", "all", 262, 1_000, subjects=1_000, threshold=None, axes=[]),
        row("FTE", "Black", 104, 300, subjects=300, threshold=None, axes=["race"]),
        row("FTE", "White", 79, 350, subjects=350, threshold=None, axes=["race"]),
    ]
    return base(
        "comparison", groups=groups_of(), rates=rates, summaries=summaries(), shifts=shifts(),
        differentials=differentials(), contrasts=contrasts(), bands=bands(),
        equality=equality(), curves={"det": det(), "sweep": sweep(), "gallery": []},
    )  # fmt: skip


def groups_of():
    found = []
    for name in NAMES:
        race, gender = name.split(" · ")
        found.append({
            "id": name, "axes": {"gender": gender, "race": race}, "subjects": 200, "samples": 400,
            "mated": 2_000, "impostors": 10_000, "adequacy": "enough",
        })  # fmt: skip
    hidden = {"gender": "Unknown", "race": "Black"}
    numbers = dict.fromkeys(("subjects", "samples", "mated", "impostors"))
    return [*found, {"id": SMALL, "axes": hidden, "adequacy": "too few"} | numbers]


def interval(lo, hi, method="two-way subject bootstrap"):
    return {"lo": lo, "hi": hi, "level": 0.95, "method": method}


def summaries():
    shared = {"axes": AXES, "adequacy": "enough", "note": "description only"}
    return [
        shared | {"metric": "EER", "group": "Asian · Female", "value": 0.12,
                  "ci": interval(0.1, 0.14)},
        shared | {"metric": "EER", "group": "White · Male", "value": 0.02,
                  "ci": interval(0.015, 0.03)},
    ]  # fmt: skip


def shifts():
    shared = {"axes": AXES, "kind": "impostor", "n": 10_000, "q05": 0.5, "q50": 0.7, "q95": 0.9}
    return [
        shared | {"group": "Asian · Female", "mean": 0.62},
        shared | {"group": "White · Male", "mean": 0.81},
    ]


def differentials():
    null_model = {"median": 1.7, "p95": 2.1, "permutations": 999}
    shared = {"axes": AXES, "threshold": "0.6", "worst": "Asian · Female", "best": "White · Male"}
    shared |= {"metrics": ["FMR"], "note": "", "p": 0.001, "null_model": null_model}
    nothing = {"null_model": None, "p": None}
    both = {"metrics": ["FMR", "FNMR"]} | nothing
    return [
        shared | {"id": "max-over-min-fmr-0.6", "measure": "max_over_min", "value": 40.36,
                  "ci": interval(31.4, 52.2)},
        shared | nothing | {"id": "max-over-gm-fmr-0.6", "measure": "max_over_gm", "value": 4.9,
                            "ci": interval(4.1, 5.8)},
        shared | both | {"id": "garbe-0.6", "measure": "garbe", "value": 0.41, "ci": None,
                         "note": "no interval: too few distinct pairs", "worst": None,
                         "best": None},
    ]  # fmt: skip


def contrasts():
    shared = {"metric": "FMR", "axes": AXES, "threshold": "0.6", "b": "White · Male"}
    return [
        shared | {"a": "Black · Female", "ratio": 17.71, "difference": 0.234, "p": 1e-9,
                  "p_adjusted": 3e-9, "ci": interval(13.3, 23.7), "adjustment": "Holm",
                  "named": True},
        shared | {"a": "White · Female", "ratio": 1.89, "difference": 0.0125, "p": 0.2,
                  "p_adjusted": 0.2, "ci": interval(0.9, 3.9), "adjustment": "Holm",
                  "named": True},
        shared | {"a": "Asian · Female", "ratio": 40.36, "difference": 0.55, "p": 1e-12,
                  "p_adjusted": 1e-11, "ci": interval(31.4, 52.2),
                  "adjustment": "Benjamini-Hochberg", "named": False},
    ]  # fmt: skip


def bands():
    shared = {"metric": "FMR", "axes": AXES, "method": "max-T", "level": 0.95}
    return [shared | {"threshold": "0.6", "group": "Asian · Female", "lo": 0.48, "hi": 0.64}]


def equality():
    def of(errors, trials):
        return {"errors": errors, "trials": trials, "value": errors / trials}

    shared = {"axes": AXES, "threshold": "0.6", "as_in": "White · Male", "wanted": 0.014}
    return [
        shared | {"group": "Asian · Female", "value": 0.42, "fmr": of(140, 10_000),
                  "fnmr": of(620, 2_000)},
        shared | {"group": "Black · Female", "value": 0.49, "fmr": of(120, 10_000),
                  "fnmr": of(24, 2_000)},
        shared | {"group": "White · Female", "value": None, "fmr": None, "fnmr": None},
    ]  # fmt: skip


def det():
    found = []
    for name, errors in FALSE_MATCHES.items():
        scale = errors / 10_000
        points = [[10**-power, min(1.0, 0.02 * (scale / 10**-power) ** 0.7)]
                  for power in (0, 0.5, 1, 1.5, 2, 2.5, 3)]  # fmt: skip
        found.append({"axes": AXES, "group": name, "points": points})
    return found


def sweep():
    found = []
    for name, errors in FALSE_MATCHES.items():
        scale = errors / 10_000
        points = [[step / 100, min(1.0, scale * 10 ** ((step - 60) / 15))]
                  for step in range(30, 91, 5)]  # fmt: skip
        found.append({"axes": AXES, "group": name, "points": points})
    return found


def search():
    """A 1:N audit with three gallery sizes."""
    rates, lines = [], []
    for name, first in (("Black", 60), ("White", 12)):
        points = []
        for gallery, times in ((100, 1), (1_000, 4), (10_000, 9)):
            errors = min(first * times, 990)
            rates.append(row("FPIR", name, errors, 1_000, axes=["race"], gallery=gallery, rank=1))
            points.append([gallery, errors / 1_000])
        line = {"axes": ["race"], "group": name, "threshold": "0.6", "points": points}
        lines.append(line)
        rates.append(row("FNIR", name, 31, 500, axes=["race"], gallery=10_000, rank=1))
    curves = {"det": [], "sweep": [], "gallery": lines}
    return base("search", rates=rates, curves=curves, labels={"axes": ["race"]})


def classification():
    """Gender classification; faces that were not processed stand in both denominators."""
    rates = []
    for name, errors, missed in (("Black · Female", 188, 30), ("White · Male", 4, 2)):
        rates += [
            row("error", name, errors, 216, subjects=216, threshold=None),
            row("error_of_all", name, errors + missed, 216 + missed, subjects=246, threshold=None),
            row("FTE", name, missed, 216 + missed, subjects=246, threshold=None),
        ]
    rates.append(row("FTE", "all", 32, 464, subjects=464, threshold=None, axes=[]))
    system = {"name": "FaceTell", "attribute": "gender"}
    return base("classification", rates=rates, thresholds=[], system=system)


def published():
    """A table of two systems as others published it, in counts and in bare rates."""
    rates, axes = [], ["skin", "gender"]
    for system, errors in (("Amazon", (85, 0)), ("Kairos", (61, 1))):
        for name, wrong, faces in zip(
            ("darker · F", "lighter · M"), errors, (271, 386), strict=True
        ):
            shared = {"subjects": faces, "threshold": None, "axes": axes, "system": system}
            rates.append(row("error", name, wrong, faces, **shared))
    one = {"system": "IBM", "metric": "error", "threshold": None, "axes": axes}
    printed = [one | {"group": "darker · F", "value": 0.347}]
    confusion = [
        {"truth": "F", "predicted": None, "faces": 3, "adequacy": "enough"},
        {"truth": "X", "predicted": "F", "faces": None, "adequacy": "too few"},
    ]
    return base(
        "counts", rates=rates, thresholds=[], system={"attribute": "gender"}, labels={"axes": axes},
        printed=printed, confusion=confusion,
    )  # fmt: skip


def pairing():
    """Two versions of a system on the same people."""
    about = {"metric": "FMR", "axes": AXES, "threshold_a": "v1: 0.6", "threshold_b": "v2: 0.6"}
    rows = []
    for name, before, after in ((NAMES[2], 2_480, 1_010), (NAMES[5], 140, 165)):
        difference = (after - before) / 10_000
        ends = interval(difference - 0.02, difference + 0.02, "paired subject jackknife")
        rows.append(about | {
            "group": name, "errors_a": before, "trials_a": 10_000, "value_a": before / 10_000,
            "errors_b": after, "trials_b": 10_000, "value_b": after / 10_000, "subjects": 200,
            "difference": difference, "ci": ends, "p": 0.01, "p_adjusted": 0.02,
            "adequacy": "enough",
        })  # fmt: skip
    small = dict.fromkeys(rows[0]) | about | {"group": SMALL, "adequacy": "too few"}
    numbers = {"value_a": 4.9, "value_b": 2.8, "ratio": 0.57, "ci": interval(0.4, 0.8)}
    whole = base(
        "pairing", system={"name": "v1 / v2"}, paired_rates=[*rows, small],
        paired_measures=[about | {"measure": "max_over_gm"} | numbers],
    )  # fmt: skip
    whole["thresholds"] = [
        {"name": f"{name}: 0.6", "value": 0.6, "origin": "given", "tuned": False}
        for name in ("v1", "v2")
    ]
    whole["manifest"]["parameters"]["systems"] = [{"name": "v1"}, {"name": "v2"}]
    return whole


def every():
    """All documents by name."""
    made = {
        "comparison": comparison(),
        "search": search(),
        "classification": classification(),
        "published": published(),
        "pairing": pairing(),
    }
    return real() | made
