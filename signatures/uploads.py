"""Uploads that are never written to a disk in clear.

Django streams files above FILE_UPLOAD_MAX_MEMORY_SIZE into the system's folder for temporary
files, and a deleted file can be read from a disk for long. A picture that shows a relation stays in
memory until it is encrypted; what is larger than allowed is counted and dropped on the way. (The
proxy in front must not buffer requests on disk either: docs/operations.md.)
"""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from proofs.policy import UPLOAD_BYTES_MAX

View = Callable[..., HttpResponseBase]


class HeldInMemory(FileUploadHandler):
    """Holds the files of one request, all together up to UPLOAD_BYTES_MAX, without their names."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.held = 0
        self.content = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self.held += len(raw_data)
        if self.held > UPLOAD_BYTES_MAX:
            self.content = BytesIO()
        else:
            self.content.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.content.seek(0)
        # The name of a file may hold the name of a person, and the type is only a claim.
        return InMemoryUploadedFile(self.content, self.field_name, "file", None, file_size, None)


def held_in_memory(view: View) -> View:
    """Let a view take uploads that touch no disk."""
    protected = csrf_protect(view)

    # The check of the form's secret reads the body, so it must come after the handler is set.
    @csrf_exempt
    @wraps(view)
    def holding(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [HeldInMemory(request)]
        return protected(request, *args, **kwargs)

    return holding
