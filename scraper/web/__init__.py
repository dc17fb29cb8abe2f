"""The dashboard: what is watched, what was found, what rang; and /healthz for monitoring.

Every page is made from one read transaction, by a bounded number of questions that each have their
index; what changes something is one write transaction, with its line in the audit log.
"""

from scraper.web.app import DASHBOARD_TITLE, make_app
from scraper.web.server import bind, host_of, serve

__all__ = ["DASHBOARD_TITLE", "bind", "host_of", "make_app", "serve"]
