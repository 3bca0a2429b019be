"""How the files of the pages are kept for serving."""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

OF_PAGES = ("css/", "js/", "django_htmx/htmx-2")


class PagesCompressed(CompressedManifestStaticFilesStorage):
    """What every page loads is compressed; to compress the hundreds of files of the administration takes a minute."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files([path for path in paths if path.startswith(OF_PAGES)])
