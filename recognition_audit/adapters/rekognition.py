"""Amazon Rekognition: CompareFaces, DetectFaces and SearchFacesByImage, with your own credentials.

Facts about the service are from its own API model, which botocore ships: without a face in the
source or the target CompareFaces answers InvalidParameterException, and so does SearchFacesByImage;
DetectFaces then answers with no face. A picture is sent as bytes, at most 5 MiB. Thresholds are set
to 0, so that every score comes back and the audit decides. Pictures are sent to Amazon; SearchFaces
uses a collection that you made before. Nothing is indexed or kept there by these calls.
"""

from collections.abc import Callable, Mapping
from typing import Any

from recognition_audit.adapters.base import AdapterError, Answer, Failure
from recognition_audit.adapters.pacing import Later, Patience, TokenBucket

BYTES_MAX = 5 * 1024 * 1024
CALLS_PER_S = 5.0  # below the account limits of every region; raise it with --rate
DEFAULT_THRESHOLD, RECOMMENDED_THRESHOLD = 80.0, 99.0  # research R1.3: default, and for police
CANDIDATES = 100  # of a search, best first: a mate below them counts as not returned

LATER = {"ThrottlingException", "ProvisionedThroughputExceededException", "InternalServerError"}
FAILURES = {
    "InvalidParameterException": "no face found",
    "InvalidImageFormatException": "not a picture",
    "ImageTooLargeException": "too large",
}


def client_of(region: str | None = None) -> Any:
    """A client with the caller's own credentials; raises AdapterError. Nothing is sent yet."""
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError as error:
        words = "boto3 is not installed: pip install '.[rekognition]' in the folder of Countersign"
        raise AdapterError(words) from error
    # Its own retries would not be seen by the rate limit.
    settings = Config(retries={"total_max_attempts": 1})
    try:
        return boto3.client("rekognition", region_name=region, config=settings)
    except BotoCoreError as error:
        raise AdapterError(f"Rekognition cannot be used: {error}") from error


class Rekognition:
    """What the three questions share: the rate limit, patience and the words of failures."""

    name = "Amazon Rekognition"
    price = "rekognition-image-1"
    gallery: int | None = None

    def __init__(
        self,
        client: Any,
        *,
        bucket: TokenBucket | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._bucket = bucket or TokenBucket(CALLS_PER_S, burst=int(CALLS_PER_S))
        self._patience = patience or Patience()
        self.version = f"API {client.meta.service_model.api_version}, {client.meta.region_name}"

    def _asked(
        self, images: tuple[bytes, ...], call: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any] | Failure:
        """The response, or why the picture could not be processed; raises AdapterError."""
        if any(len(image) > BYTES_MAX for image in images):
            return Failure("too large")  # known without paying for it
        if any(not image for image in images):
            return Failure("not a picture")
        try:
            return self._patience.until_answered(self._bucket, lambda: _told(call))
        except Later as error:
            raise AdapterError(f"Rekognition still says {error}; go on later") from error


def _told(call: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any] | Failure:
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        return call()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in LATER:
            raise Later(code) from error
        if code in FAILURES:
            return Failure(FAILURES[code])
        raise AdapterError(f"Rekognition refused: {error}") from error
    except HTTPClientError as error:
        raise Later(type(error).__name__) from error
    except BotoCoreError as error:
        raise AdapterError(f"Rekognition cannot be used: {error}") from error


class CompareFaces(Rekognition):
    """Two pictures: the first one's largest face, and the face most like it in the second."""

    question = "compare"
    columns = ("similarity", "faces_b")

    def ask(self, *images: bytes, mate: str | None = None) -> Answer | Failure:  # noqa: ARG002
        source, target = images
        response = self._asked(
            images,
            lambda: self._client.compare_faces(
                SourceImage={"Bytes": source},
                TargetImage={"Bytes": target},
                SimilarityThreshold=0.0,
                QualityFilter="NONE",
            ),
        )
        if isinstance(response, Failure):
            return response
        matches = response.get("FaceMatches", [])
        faces = len(matches) + len(response.get("UnmatchedFaces", []))
        if not faces:
            return Failure("no face found")
        # A face that is listed as unmatched came back without a score: it is no match at any.
        best = max((float(match["Similarity"]) for match in matches), default=0.0)
        return Answer({"similarity": best, "faces_b": faces})


class DetectFaces(Rekognition):
    """One picture: the gender that the service gives its largest face. Classification, no more."""

    question = "classify"
    columns = ("predicted", "confidence", "face_confidence", "faces")
    price = "rekognition-image-2"

    def ask(self, *images: bytes, mate: str | None = None) -> Answer | Failure:  # noqa: ARG002
        (image,) = images
        response = self._asked(
            images,
            lambda: self._client.detect_faces(Image={"Bytes": image}, Attributes=["GENDER"]),
        )
        if isinstance(response, Failure):
            return response
        found = response.get("FaceDetails", [])
        if not found:
            return Failure("no face found")
        largest = max(found, key=_area)
        gender = largest.get("Gender", {})
        return Answer(
            {
                "predicted": gender.get("Value"),
                "confidence": gender.get("Confidence"),
                "face_confidence": largest.get("Confidence"),
                "faces": len(found),
            }
        )


class SearchFaces(Rekognition):
    """One picture, searched in a collection: the candidates' similarities, best first."""

    question = "search"
    columns = ("similarity", "rank", "mate_score")

    def __init__(self, client: Any, *, collection: str, **options: Any) -> None:
        super().__init__(client, **options)
        self.collection = collection
        response = self._asked((b"-",), lambda: client.describe_collection(CollectionId=collection))
        if isinstance(response, Failure):
            raise AdapterError(f"there is no collection {collection}")
        self.gallery = int(response["FaceCount"])
        self.version += f", face model {response.get('FaceModelVersion', 'unknown')}"

    def ask(self, *images: bytes, mate: str | None = None) -> Answer | Failure:
        """mate: the ExternalImageId of the person's own picture in the collection, if one is."""
        (image,) = images
        response = self._asked(
            images,
            lambda: self._client.search_faces_by_image(
                CollectionId=self.collection,
                Image={"Bytes": image},
                MaxFaces=CANDIDATES,
                FaceMatchThreshold=0.0,
                QualityFilter="NONE",
            ),
        )
        if isinstance(response, Failure):
            return response
        found = [
            (float(match["Similarity"]), match.get("Face", {}).get("ExternalImageId"))
            for match in response.get("FaceMatches", [])
        ]
        found.sort(key=lambda one: -one[0])
        own = [place for place, (_score, who) in enumerate(found) if mate and who == mate]
        return Answer(
            {
                "similarity": found[0][0] if found else 0.0,
                "rank": own[0] + 1 if own else None,
                "mate_score": found[own[0]][0] if own else None,
            }
        )


def _area(face: Mapping[str, Any]) -> float:
    box = face.get("BoundingBox", {})
    return float(box.get("Width", 0.0)) * float(box.get("Height", 0.0))
