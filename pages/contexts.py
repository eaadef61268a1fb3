"""What every page's template can use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001
    return {"demo": settings.DEMO, "source_code_url": settings.SOURCE_CODE_URL}
