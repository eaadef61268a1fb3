"""Real files that ship with the project, to try an audit with."""

from django.utils.translation import gettext_lazy as _

from evidence.kinds.base import Words

# By a short name: the path below SAMPLES_DIR.
SAMPLES = {
    "skin-types": "rfw-skintype-pairs/skintype_pairs_pseudonymised.parquet",
    "dlib-distances": "dlib-fairface-impostors/condensed_distances.parquet",
    "dlib-subjects": "dlib-fairface-impostors/subjects.csv",
    "dlib-failed": "dlib-fairface-impostors/failed_to_enrol.csv",
    "deepface-predictions": "fairface-deepface-facellm/deepface_3k.csv",
    "facellm-predictions": "fairface-deepface-facellm/facellm_3k.csv",
    "deepface-labels": "fairface-deepface-facellm/train_labels_inferred_only.csv",
    "gender-shades-counts": "gender-shades/counts.csv",
}
TITLES: dict[str, Words] = {
    "skin-types": _("Scores of a VGG model by skin type, 251,234 pairs"),
    "dlib-distances": _("Distances by dlib, 3,688 faces, a matrix"),
    "dlib-subjects": _("Table of subjects for the distances"),
    "dlib-failed": _("Table of faces that dlib did not find"),
    "deepface-predictions": _("Predictions of DeepFace, 3,000 faces"),
    "facellm-predictions": _("Predictions of FaceLLM for the same faces"),
    "deepface-labels": _("True labels of these faces"),
    "gender-shades-counts": _("Gender Shades (2018): wrong genders by skin type, three vendors"),
}
