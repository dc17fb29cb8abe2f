"""Given an address, find the news: `find(url, …)` looks around it and chooses what to visit.

    the address itself            a feed or a sitemap: done
    what its form tells           the feeds that large platforms have for such an address
    what its page names           <link>, Link header, links that readers may click
    where sites put their feeds   /feed, /rss.xml …, below the section first
    robots.txt, usual places      sitemaps, those of news first
    the page itself               if article links are recognised on it

Each step is taken only while nothing was found that `judging.fits`. Every request goes through the
fetcher that is passed in, with its guard, its pauses and its robots.txt; what comes back is read
where `run` has it read. Nothing is stored.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from scraper.clock import Clock
from scraper.discover import candidates, links
from scraper.discover.candidates import Candidate, Named, Origin
from scraper.discover.contents import Contents, look, sitemaps_of_robots
from scraper.errors import FetchError
from scraper.fetch import Fetcher, NotModified, Request, host_of
from scraper.pipeline.asking import options_for
from scraper.pipeline.findings import Findings, Found, Limits, Report, Run, Tried, called
from scraper.pipeline.judging import (
    Sort,
    Verdict,
    Wanted,
    fits,
    is_news_sitemap,
    is_same,
    judge,
    site_of,
    sort_of,
    with_child,
)
from scraper.pipeline.sandbox import SandboxError
from storage.records import Page, SourceKind

_MOST_NAMED: Final = 6  # feeds of one page that are looked at
_MOST_LINKED: Final = 3
_MOST_SITEMAPS: Final = 3
_FOR_SITEMAPS: Final = 2 + _MOST_SITEMAPS  # requests that the search for feeds leaves over
_OUT_OF_REACH: Final = 2  # times that a host gives the same words, and it is asked no more
_SILENT: Final = "no answer"


async def find(
    url: str,
    *,
    fetcher: Fetcher,
    run: Run,
    clock: Clock,
    sort: Sort | None = None,
    bare: bool = False,
    limits: Limits | None = None,
    report: Report | None = None,
    options: Mapping[str, Any] = MappingProxyType({}),
) -> Findings:
    """What to visit for the news of an address; never raises for what is found there.

    `sort`: only this will do. `bare`: the address was given without its scheme and has https; where
    that cannot be had, http is tried. `options` are those of the source that it is to be, as
    storage keeps them. `report` is called with each address before it is asked for.
    """
    search = _Search(url, fetcher, run, clock, sort, limits or Limits(), report, options)
    await search.search(bare=bare)
    return search.findings()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A candidate with what is there."""

    candidate: Candidate
    contents: Contents
    verdict: Verdict


@dataclass(slots=True)
class _Search:
    """The state of one search."""

    url: str
    fetcher: Fetcher
    read: Run
    clock: Clock
    sort: Sort | None
    limits: Limits
    report: Report | None
    options: Mapping[str, Any]  # of the source that it is to be
    home: str = ""  # as it was asked for: redirects lead to no other
    requests: int = 0
    began: float = 0.0
    start: Contents | None = None  # what is at the address itself
    wanted: Wanted = field(default_factory=Wanted)
    seen: list[_Seen] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    listed: list[Candidate] = field(default_factory=list)  # on pages that list feeds
    asked: set[str] = field(default_factory=set)
    refusals: dict[str, list[str]] = field(default_factory=dict)  # by host, in its own words

    async def search(self, *, bare: bool) -> None:
        """Take the steps, as long as they are needed."""
        self.began = self.clock.monotonic()
        self.home = self.url
        await self._begin(bare=bare)
        if self.start is not None and self.start.kind not in {None, SourceKind.INDEX_PAGE}:
            await self._take(Candidate(url=self.url, origin=Origin.ADDRESS), self.start)
            if self._satisfied():
                return
        if self.sort in {None, Sort.FEED}:
            await self._feeds()
        if self.sort is Sort.SITEMAP or (self.sort is None and not self._satisfied()):
            await self._sitemaps()
        if self.start is not None and self.start.kind is SourceKind.INDEX_PAGE:
            await self._take(Candidate(url=self.url, origin=Origin.ADDRESS), self.start)

    def _satisfied(self) -> bool:
        """Whether what was looked for is there. What was given as such is what was asked for."""
        now = self.clock.now()
        return any(
            one.candidate.origin is Origin.ADDRESS
            or fits(one.contents, one.verdict, self.wanted, now=now)
            for one in self.seen
        )

    async def _begin(self, *, bare: bool) -> None:
        """Look at the address itself, and see from it what is wanted."""
        self.start = await self._ask(Candidate(url=self.url, origin=Origin.ADDRESS))
        if self.start is None and bare:
            plain = self.url.replace("https://", "http://", 1)
            self.start = await self._ask(Candidate(url=plain, origin=Origin.ADDRESS))
        where = self.url
        if self.start is not None:
            self.url = _to_visit(self.start.url, self.url, moved=self.start.moved or bare)
            where = self.start.url
        section = candidates.section_of(where)
        self.wanted = Wanted(
            links=frozenset(self.start.keys)
            if self.start and self.start.kind is SourceKind.INDEX_PAGE
            else frozenset(),
            section=links.key_or_itself(where).rstrip("/") + "/" if section else "",
            article=candidates.is_article(where),
        )

    async def _feeds(self) -> None:
        where = self.start.url if self.start else self.url
        named = (self.start.named if self.start else None) or Named()
        section = candidates.section_of(where)
        await self._try(candidates.by_form(where))
        await self._try(self._best_named(named.feeds, section, _MOST_NAMED))
        if not self._satisfied():
            await self._try(self._best_named(named.links, section, _MOST_LINKED))
            await self._listed(section)
        if section and not self._satisfied():
            await self._try(candidates.common(where, section=section))
        if not self._satisfied() and not (section and self.seen):
            await self._until_found(candidates.common(where))
            await self._listed(section)

    async def _listed(self, section: str) -> None:
        """Look at feeds on pages that were where a feed might have been: many sites list theirs."""
        listed, self.listed = self.listed, []
        if not self._satisfied():
            await self._try(self._best_named(listed, section, _MOST_LINKED))

    def _best_named(
        self, named: Sequence[Candidate], section: str, most: int
    ) -> Sequence[Candidate]:
        """Of those that a page names, what is to be looked at: no comments, the section's first."""
        kept = []
        for one in named:
            if candidates.are_comments(one.url, one.title):
                self.tried.append(
                    Tried(url=one.url, origin=one.origin, why="a feed of readers' comments")
                )
            else:
                kept.append(one)
        if section:
            kept.sort(key=lambda one: section.strip("/").lower() not in one.url.lower())
        if len(kept) > most:
            why = f"{len(kept) - most} more that the page names were not looked at"
            self.tried.append(Tried(url=kept[most].url, origin=kept[most].origin, why=why))
        return kept[:most]

    async def _sitemaps(self) -> None:
        """Look at sitemaps until one is good enough; a section's own page does without."""
        if self.sort is None and self.wanted.section and (self.seen or self._has_articles()):
            return
        where = self.start.url if self.start else self.url
        robots = await self._robots(candidates.robots_of(where))
        page_names = (self.start.named if self.start else None) or Named()
        for one in candidates.newest_first([*page_names.sitemaps, *robots])[:_MOST_SITEMAPS]:
            await self._try([one])
            if self._satisfied():
                return

    def _has_articles(self) -> bool:
        return self.start is not None and self.start.kind is SourceKind.INDEX_PAGE

    async def _robots(self, url: str) -> Sequence[Candidate]:
        page = await self._fetch(Candidate(url=url, origin=Origin.COMMON))
        if page is None:
            return candidates.sitemaps(url, "")
        try:
            return await self.read(sitemaps_of_robots, page)
        except SandboxError as error:
            self.tried.append(Tried(url=url, origin=Origin.COMMON, why=str(error)))
            return ()

    async def _until_found(self, places: Iterable[Candidate]) -> None:
        most = self.limits.requests - (0 if self.sort else _FOR_SITEMAPS)
        for place in places:
            if self.requests >= most or self._satisfied():
                return
            await self._try([place])

    async def _try(self, places: Iterable[Candidate]) -> None:
        for place in places:
            contents = await self._ask(place)
            if contents is not None:
                await self._take(place, contents)

    async def _take(self, candidate: Candidate, contents: Contents) -> None:
        """Judge what is there, and keep it if it can be a source."""
        why_not = self._unfit(candidate, contents)
        if why_not is None and contents.kind is SourceKind.SITEMAP_INDEX:
            if self.sort is Sort.FEED:
                return
            candidate, contents = await self._with_children(candidate, contents)
        if why_not is not None:
            self.tried.append(Tried(url=candidate.url, origin=candidate.origin, why=why_not))
            if candidate.origin in {Origin.LINKED, Origin.COMMON} and contents.named is not None:
                on_it = (*contents.named.feeds, *contents.named.links)
                new = (one for one in on_it if one.url not in self.asked)
                self.listed += (replace(one, origin=Origin.LISTED) for one in new)
            return
        verdict = judge(contents, self.wanted, now=self.clock.now())
        self.seen.append(_Seen(candidate, contents, verdict))

    def _unfit(self, candidate: Candidate, contents: Contents) -> str | None:
        """Why it cannot be chosen, in words; None if it can."""
        given = candidate.origin is Origin.ADDRESS
        if contents.kind is None:
            return contents.problem
        if self.sort is not None and sort_of(contents.kind) is not self.sort:
            return f"{called(contents.kind)}, which was not asked for"
        if contents.kind is SourceKind.INDEX_PAGE and not given:
            return "a page, no feed"
        if contents.comments and not given:
            return "a feed of readers' comments"
        if any(is_same(one.contents, contents) for one in self.seen):
            return "the same as another that was found"
        return None

    async def _with_children(
        self, candidate: Candidate, index: Contents
    ) -> tuple[Candidate, Contents]:
        """A sitemap index with what its newest sitemap lists.

        Where only one of its sitemaps is of news, and keeps its name, that one is the candidate;
        unless the index was given as the address, for then it is meant.
        """
        children = [Candidate(url=child, origin=Origin.INDEX) for child in index.children]
        of_news = [one for one in children if candidates.NEWS_IN_NAME.search(one.url)]
        first = (of_news or children)[:1]
        contents = await self._ask(first[0]) if first else None
        if contents is None or contents.kind is not SourceKind.SITEMAP:
            return candidate, index
        lasting = not any(letter.isdigit() for letter in first[0].url.rpartition("/")[2])
        found_out = candidate.origin is not Origin.ADDRESS
        if (
            found_out
            and len(of_news) == 1
            and len(children) > 1
            and lasting
            and is_news_sitemap(contents)
        ):
            return first[0], contents
        return candidate, with_child(index, contents)

    async def _ask(self, candidate: Candidate) -> Contents | None:
        """What is at a candidate's address; None where that cannot be told, which is noted."""
        page = await self._fetch(candidate)
        if page is None:
            return None
        try:
            return await self.read(look, page)
        except SandboxError as error:
            self.tried.append(Tried(url=candidate.url, origin=candidate.origin, why=str(error)))
            return None

    async def _fetch(self, candidate: Candidate) -> Page | None:
        """The page of a candidate that was not asked for yet, within the limits of the search."""
        if candidate.url in self.asked:
            return None
        self.asked.add(candidate.url)
        left = self.limits.time.total_seconds() - (self.clock.monotonic() - self.began)
        why = self._closed(candidate, left)
        if why is None:
            self.requests += 1
            if self.report is not None:
                self.report(candidate.url)
            try:
                async with asyncio.timeout(left):
                    options = options_for(candidate.url, self.home, self.options)
                    page = await self.fetcher.fetch(
                        Request(url=candidate.url, accept="feed", options=options)
                    )
            except FetchError as error:
                why = str(error)
                # Only what came from the network, or from what guards it, has a cause.
                words = why if error.__cause__ is None else _SILENT
                self.refusals.setdefault(_host(candidate.url), []).append(words)
            except TimeoutError:
                why = f"not here when the search had taken {self.limits.time.total_seconds():g} s"
            else:
                if not isinstance(page, NotModified):
                    return page
                why = "the server says that nothing changed, without being asked"
        if why not in {tried.why for tried in self.tried}:  # once, if none of a host is asked for
            self.tried.append(Tried(url=candidate.url, origin=candidate.origin, why=why))
        return None

    def _closed(self, candidate: Candidate, left: float) -> str | None:
        """Why an address is not asked for at all; None if it is."""
        if self.requests >= self.limits.requests:
            return f"not asked for: {self.limits.requests} requests are enough"
        if left <= 0:
            return f"not asked for: {self.limits.time.total_seconds():g} s are enough"
        words = self.refusals.get(_host(candidate.url), [])
        if words.count(words[-1] if words else "") >= _OUT_OF_REACH:
            return "not asked for: its host cannot be reached"
        return None

    def findings(self) -> Findings:
        """The best of what was seen, and the rest in order."""
        home = site_of(self.url)
        ranked = [
            self._found(one, home)
            for one in sorted(self.seen, key=lambda one: one.verdict.score, reverse=True)
        ]
        return Findings(
            asked=self.url,
            chosen=ranked[0] if ranked else None,
            others=tuple(ranked[1:]),
            tried=tuple(self.tried),
            requests=self.requests,
            site_name=self._site_name(),
            why_not=None if ranked else self._why_not(),
        )

    def _found(self, seen: _Seen, home: str) -> Found:
        contents, candidate = seen.contents, seen.candidate
        assert contents.kind is not None
        url = _to_visit(contents.url, candidate.url, moved=contents.moved)
        host = site_of(url)
        return Found(
            url=url,
            kind=contents.kind,
            origin=candidate.origin,
            title=contents.title or candidate.title,
            entries=contents.entries,
            latest_at=contents.latest_at,
            latest=contents.latest,
            score=seen.verdict.score,
            reasons=seen.verdict.reasons,
            other_host=host if host != home else None,
        )

    def _site_name(self) -> str | None:
        if self.start is None:
            return None
        named = self.start.named
        return (named.site_name if named else None) or self.start.title

    def _why_not(self) -> str:
        if self.start is None and self.tried:
            return self.tried[0].why
        if self.start is not None and self.start.problem:
            return self.start.problem
        return "nothing is there that can be visited for news"


def _to_visit(reached: str, asked: str, *, moved: bool) -> str:
    """The address to keep: where a permanent redirect leads, else the one that was asked for."""
    return reached if moved else asked


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""
