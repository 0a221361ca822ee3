"""Makes the browser known to every acceptance test."""

from tests.acceptance.browser import browser, page

__all__ = ["browser", "page"]
