"""The REST API: everything that a program may ask and change, under /api/v1.

Its description, OpenAPI 3.1, is at /api/v1/openapi.json. Errors are problem+json (RFC 9457), lists
come in pages with a cursor, and single things with an ETag. What changes something is an action
(scraper.actions), so it is checked and noted as on the dashboard and by a command.
"""

from scraper.web.api.app import PREFIX, make_api

__all__ = ["PREFIX", "make_api"]
