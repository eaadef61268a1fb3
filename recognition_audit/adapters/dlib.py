"""The open recogniser of dlib, as the package `face_recognition` uses it.

HOG detector, five landmarks, ResNet embedding of 128 numbers, Euclidean distance; the package's
default accepts a distance of 0.6 and below. The weights come out of a PyPI package; they are read
by their path, since importing that package runs code that is not needed.
"""

import hashlib
import importlib.util
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.adapters.base import AdapterError, Enrolled, Failure, Region

THRESHOLD = 0.6  # the default of face_recognition.compare_faces
SIDE_MAX = 1024  # pixels: research R3 measured 0.33 s a picture at this size
PIXELS_MAX = 100_000_000
UPSAMPLED = 1  # times, as face_recognition does before it looks for faces
LANDMARKS = "shape_predictor_5_face_landmarks.dat"
RESNET = "dlib_face_recognition_resnet_model_v1.dat"
WEIGHTS_PACKAGE = "face_recognition_models"
INSTALL = "pip install '.[dlib]' in the folder of Countersign makes them ready"


def weights() -> Path:
    """The folder of the weights; raises AdapterError where the package is not installed."""
    found = importlib.util.find_spec(WEIGHTS_PACKAGE)
    places = list(found.submodule_search_locations or []) if found else []
    if not places or not (folder := Path(places[0]) / "models").is_dir():
        raise AdapterError(f"the weights of dlib are not installed: {INSTALL}")
    return folder


class Dlib:
    """See `base.Recogniser`."""

    name = "dlib face_recognition"
    score = "distance"
    threshold: float | None = THRESHOLD

    def __init__(self) -> None:
        try:
            import dlib
            import PIL
        except ImportError as error:
            raise AdapterError(f"dlib and Pillow are not installed: {INSTALL}") from error
        folder = weights()
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(folder / LANDMARKS))
        self._resnet = dlib.face_recognition_model_v1(str(folder / RESNET))
        self._rectangle = dlib.rectangle
        digest = hashlib.sha256()
        for name in (LANDMARKS, RESNET):
            digest.update((folder / name).read_bytes())
        self.version = (
            f"{dlib.__version__}, weights {digest.hexdigest()[:12]}, Pillow {PIL.__version__}"
        )

    def enrol(self, image: bytes, region: Region | None = None) -> Enrolled | Failure:
        """The largest face. Pictures above 1,024 pixels a side are made smaller first."""
        pixels = _pixels(image)
        if isinstance(pixels, Failure):
            return pixels
        faces = 1
        if region is None:
            found = self._detector(pixels, UPSAMPLED)
            if not found:
                return Failure("no face found")
            faces = len(found)
            largest = max(found, key=lambda r: (r.area(), -r.left(), -r.top()))
            region = Region(largest.left(), largest.top(), largest.right(), largest.bottom())
        box = self._rectangle(region.left, region.top, region.right, region.bottom)
        shape = self._landmarks(pixels, box)
        embedding = np.array(self._resnet.compute_face_descriptor(pixels, shape))
        return Enrolled(embedding, region, faces)

    def scores(self, first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
        """Euclidean distances, shape (n, m)."""
        # Row by row: the shortcut over dot products loses digits where distances are small.
        return np.stack([np.sqrt(np.square(second - one).sum(axis=1)) for one in first])


def _pixels(image: bytes) -> NDArray[np.uint8] | Failure:
    """The picture as RGB, upright, at most SIDE_MAX a side; shape (height, width, 3)."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; the size is checked before anything is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(image)) as opened:
                if opened.width * opened.height > PIXELS_MAX:
                    return Failure("too large")
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Image.DecompressionBombError:
        return Failure("too large")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        return Failure("not a picture")
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    return np.ascontiguousarray(upright)
