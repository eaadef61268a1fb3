"""Rates of face analysis: which label a face gets. This is classification, not recognition."""

from recognition_audit.metrics.base import Metric, register

ERROR = register(
    Metric(
        name="error",
        title="Error rate",
        words="were given a wrong label",
        errors="faces with a wrong label",
        trials="faces that were processed",
        source="Buolamwini and Gebru 2018",
    )
)
ERROR_OF_ALL = register(
    Metric(
        name="error_of_all",
        title="Error rate over all faces",
        words="were given a wrong label or none",
        errors="faces with a wrong label or none",
        trials="all faces",
        source="Raji and Buolamwini 2019",
    )
)
RECALL = register(
    Metric(
        name="recall",
        title="Recall",
        words="of the faces of this true label got it",
        errors="faces of this true label that got another",
        trials="faces of this true label that were processed",
        source="scikit-learn 1.9, recall_score",
        of_hits=True,
    )
)
PRECISION = register(
    Metric(
        name="precision",
        title="Precision",
        words="of the faces given this label have it",
        errors="faces given this label that have another",
        trials="faces given this label",
        source="scikit-learn 1.9, precision_score",
        of_hits=True,
    )
)
FPR = register(
    Metric(
        name="FPR",
        title="False positive rate of a label",
        words="were given this label and have another",
        errors="faces of other true labels that were given this one",
        trials="faces of other true labels that were processed",
        source="scikit-learn 1.9, confusion_matrix",
    )
)
FDR_OF_PREDICTIONS = register(
    Metric(
        name="FDR_of_predictions",
        title="False discovery rate of a label",
        words="of the faces given this label have another",
        errors="faces given this label that have another",
        trials="faces given this label",
        source="Buolamwini and Gebru 2018, whose table calls it FPR",
    )
)
SELECTION = register(
    Metric(
        name="selection",
        title="Selection rate",
        words="were given this label",
        errors="faces given this label, rightly or not",
        trials="faces that were processed",
        source="fairlearn 0.15, selection_rate",
    )
)
FTE = register(
    Metric(
        name="FTE",
        title="Failure to enrol",
        words="were not found by the system at all",
        errors="faces that the system did not find or did not process",
        trials="all faces",
        source="ISO/IEC 19795-1",
    )
)
FTE_OF_PEOPLE = register(
    Metric(
        name="FTE_of_people",
        title="Failure to enrol, of people",
        words="were found by the system in none of their pictures",
        errors="people of whom no picture could be enrolled",
        trials="all people",
        source="ISO/IEC 19795-1",
    )
)
