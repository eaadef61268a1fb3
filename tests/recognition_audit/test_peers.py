"""FMR, FNMR and EER as bob.measure and pyeer have them, grouped rates as fairlearn has them.

These packages stand in no lock of ours: the tests are skipped where they are not installed
(bob.measure 6.1.1, pyeer 0.5.6, fairlearn 0.15.0).
"""

import numpy as np
import pyarrow.parquet as pq
import pytest

from config.embedded import ROOT
from evidence.views import SAMPLES
from recognition_audit import Threshold, classify, verify

FOLDER = ROOT / "evidence" / "samples"
SKIN = FOLDER / SAMPLES["skin-types"]
WITHOUT = "is not installed"


def made(folder, random):
    """20 mated and 200 impostor scores of each of 60 people, in two groups, as a file."""
    lines, scores = ["subject_a,subject_b,sample_b,score,mated,group_a,group_b"], {}
    for person in range(60):
        group = "xy"[person % 2]
        for number in range(220):
            mated = number < 20
            score = round(float(random.normal(2.0 if mated else 0.0 + 0.3 * (group == "y"), 1)), 6)
            other = person if mated else (person + 2 + 2 * (number % 29)) % 60
            lines.append(f"p{person},p{other},{number},{score},{int(mated)},{group},{group}")
            scores.setdefault((group, mated), []).append(score)
    path = folder / "scores.csv"
    path.write_text("\n".join(lines) + "\n")
    return path, {key: np.array(values) for key, values in scores.items()}


def real():
    """The scores of the skin types within each type, by type and kind, read without our reader."""
    table = pq.read_table(SKIN)
    first, second, mated, scores = (
        table.column(name).to_numpy() for name in ("skin_a", "skin_b", "mated", "similarity")
    )
    return SKIN, {
        (str(skin), kind): scores[(first == skin) & (second == skin) & (mated == kind)]
        for skin in np.unique(first)
        for kind in (True, False)
    }


@pytest.fixture(params=["random", "real"])
def scored(request, tmp_path):
    """A file, its scores by group and kind, its axis, and a threshold."""
    if request.param == "real":
        path, scores = real()
        return path, scores, "skin"
    path, scores = made(tmp_path, np.random.default_rng(9))
    return path, scores, "group"


def audited(path, axis, value):
    report = verify(
        path, polarity="similarity", groups=[axis], thresholds=[Threshold("t", value, "given")]
    )  # fmt: skip
    rates = {
        (row["metric"], row["group_a"]): row["value"]
        for row in report.document["rates"]
        if row["group_b"] in (None, row["group_a"]) and row["axes"] == [axis]
    }
    eers = {
        row["group"]: row["value"]
        for row in report.document["summaries"]
        if row["metric"] == "EER" and row["axes"] == [axis]
    }
    return rates, eers


def test_rates_and_eer_agree_with_bob_measure(scored):
    bob = pytest.importorskip("bob.measure", reason=f"bob.measure {WITHOUT}")
    path, scores, axis = scored
    value = float(np.quantile(np.concatenate([s for (_g, m), s in scores.items() if not m]), 0.97))

    rates, eers = audited(path, axis, value)

    for group in {group for group, _mated in scores}:
        impostors, mates = scores[group, False].astype(float), scores[group, True].astype(float)
        fmr, fnmr = bob.farfrr(impostors, mates, value)
        assert rates["FMR", group] == pytest.approx(fmr, abs=1e-9)
        assert rates["FNMR", group] == pytest.approx(fnmr, abs=1e-9)
        # Both pick a threshold near the crossing; one score moves a rate by one in its number.
        step = 1 / min(len(impostors), len(mates)) + 2e-4
        assert eers[group] == pytest.approx(bob.eer(impostors, mates), abs=step)


def test_rates_and_eer_agree_with_pyeer(scored):
    info = pytest.importorskip("pyeer.eer_info", reason=f"pyeer {WITHOUT}")
    path, scores, axis = scored
    value = float(np.quantile(np.concatenate([s for (_g, m), s in scores.items() if not m]), 0.97))

    rates, eers = audited(path, axis, value)

    for group in {group for group, _mated in scores}:
        impostors, mates = scores[group, False].astype(float), scores[group, True].astype(float)
        found = info.get_eer_stats(mates.tolist(), impostors.tolist())
        step = 1 / min(len(impostors), len(mates)) + 2e-4
        assert eers[group] == pytest.approx(found.eer, abs=step)
        place = int(np.searchsorted(found.thrs, value))
        assert rates["FMR", group] == pytest.approx(found.fmr[place], abs=step)
        assert rates["FNMR", group] == pytest.approx(found.fnmr[place], abs=step)


def test_grouped_error_rates_agree_with_fairlearn(tmp_path):
    metrics = pytest.importorskip("fairlearn.metrics", reason=f"fairlearn {WITHOUT}")
    random = np.random.default_rng(15)
    race, gender = random.choice(list("abc"), 900), random.choice(["Female", "Male"], 900)
    got = np.where(random.uniform(size=900) < 0.8, gender, "Female")
    truth, predicted = tmp_path / "truth.csv", tmp_path / "predicted.csv"
    truth.write_text(
        "id,race,gender\n"
        + "".join(f"{n},{r},{g}\n" for n, (r, g) in enumerate(zip(race, gender, strict=True)))
    )
    predicted.write_text("id,predicted\n" + "".join(f"{n},{p}\n" for n, p in enumerate(got)))

    report = classify(predicted, truth=truth)

    frame = metrics.MetricFrame(
        metrics=lambda true, said: float(np.mean(true != said)),
        y_true=gender, y_pred=got, sensitive_features={"race": race, "gender": gender},
    ).by_group  # fmt: skip
    rates = {row["group_a"]: row["value"] for row in report.rates("error", axes=["race", "gender"])}
    assert len(rates) == 6
    for (one, other), value in frame.items():
        assert rates[f"{one} · {other}"] == pytest.approx(value)
    odds = {r["measure"]: r["value"] for r in report.document["differentials"]}
    said = {"y_true": gender == "Female", "y_pred": got == "Female", "sensitive_features": race}
    assert odds["equalised_odds"] == pytest.approx(metrics.equalized_odds_difference(**said))
    assert odds["demographic_parity"] == pytest.approx(
        metrics.demographic_parity_difference(**said)
    )
