"""The unit of work: everything that may be asked within one transaction."""

from sqlalchemy.engine import Connection

from storage import versions
from storage.accounts import Accounts
from storage.articles import Articles
from storage.audit import Audit
from storage.backfills import Backfills
from storage.channels import Channels
from storage.entries import Entries, Rotation
from storage.events import Events
from storage.happenings import Happenings
from storage.hosts import Hosts
from storage.identities import Identities
from storage.link_lists import LinkLists
from storage.name_edits import NameEdits
from storage.notices import Notices
from storage.outbox import Outbox
from storage.pages import Pages
from storage.posting import Posting
from storage.pulse import Pulse
from storage.requests import Requests
from storage.search import Search
from storage.search_keys import SearchKeys
from storage.sets import Sets
from storage.sites import Sites
from storage.sources import Sources
from storage.stories import Stories
from storage.subscriptions import Subscriptions
from storage.tables import watches
from storage.tallies import Tallies
from storage.unsubscriptions import Unsubscriptions
from storage.watches import Watches
from storage.workers import Workers


class UnitOfWork:
    """The tables of one transaction. Who began it commits it; nothing here does."""

    def __init__(self, connection: Connection, rotation: Rotation) -> None:
        self.connection = connection
        self.sources = Sources(connection)
        self.entries = Entries(connection, rotation)
        self.articles = Articles(connection)
        self.stories = Stories(connection)
        self.events = Events(connection)
        self.watches = Watches(connection)
        self.sets = Sets(connection)
        self.names = NameEdits(connection)
        self.channels = Channels(connection)
        self.outbox = Outbox(connection)
        self.posting = Posting(connection)
        self.pulse = Pulse(connection)
        self.happenings = Happenings(connection)
        self.pages = Pages(connection)
        self.search = Search(connection)
        self.keys = SearchKeys(connection)
        self.sites = Sites(connection)
        self.hosts = Hosts(connection)
        self.link_lists = LinkLists(connection)
        self.backfills = Backfills(connection)
        self.notices = Notices(connection)
        self.subscriptions = Subscriptions(connection)
        self.unsubscriptions = Unsubscriptions(connection)
        self.tallies = Tallies(connection)
        self.workers = Workers(connection)
        self.accounts = Accounts(connection)
        self.identities = Identities(connection)
        self.audit = Audit(connection)
        self.requests = Requests(connection)

    def versions(self) -> tuple[int, int]:
        """The version of the watches, and that of the lists, in one question."""
        known = versions.every(self.connection)
        return known.get(watches.name, 0), known.get(versions.LISTS, 0)

    def lists_version(self) -> int:
        """A number that grows with every change of sets and of names; 0 before the first."""
        return versions.version(self.connection, versions.LISTS)
