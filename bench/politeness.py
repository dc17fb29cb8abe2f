"""How many hosts are asked, seen from the hosts themselves, while they fail in every way.

    python -m bench.politeness --hosts 200 --seconds 120

A daemon runs on sources of so many hosts on loopback, in this process, on the same processors. The
table says of all hosts together the shortest pause between the end of one request and the beginning
of the next, the least by which one was longer than was due (the pause, a Crawl-delay, or what
Retry-After asked for), and the most requests that a host had at one time.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.end_to_end.daemon import Daemon, write_settings
from tests.end_to_end.polite import PoliteHosts, pace

TIMEOUT = 2.0  # seconds
DELAY = 2.0  # seconds, the Crawl-delay of every tenth host


def measure(count: int, seconds: float, pause: float) -> None:
    """Run the daemon for so long, and print what the hosts say."""
    delays = [DELAY] * (count // 10)
    with tempfile.TemporaryDirectory() as name, PoliteHosts(count, TIMEOUT, delays) as hosts:
        file = write_settings(Path(name), sources=hosts.sources, every="10s")
        limits = f'host_pause = "{pause}s"\ntimeout = "{TIMEOUT}s"\nrecheck = ["20s"]\n'
        file.write_text(file.read_text("utf-8").replace('host_pause = "0s"\n', limits), "utf-8")
        with Daemon(file) as daemon:
            time.sleep(seconds)
            daemon.stop(patience=30)
        log = hosts.log.all()
    of_host = [[asked for asked in log if asked.host == host] for host in range(count)]
    paces = [
        pace(asked, max(pause, delays[host] if host < len(delays) else 0.0))
        for host, asked in enumerate(of_host)
    ]
    faults = Counter(asked.fault for asked in log)
    print(f"{len(log)} requests of {count} hosts in {seconds:g} s, the pause {pause:g} s")
    print(f"faults: {', '.join(f'{number} {fault}' for fault, number in faults.most_common())}")
    print(f"hosts asked at all:                     {sum(each.requests > 0 for each in paces)}")
    print(f"shortest pause seen by a host:          {min(each.gap for each in paces):.4f} s")
    print(f"least beyond what was due:              {min(each.spare for each in paces):+.4f} s")
    print(f"most requests of one host at one time:  {max(each.at_once for each in paces)}")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds")
    chosen = parser.parse_args()
    measure(chosen.hosts, min(chosen.seconds, 600.0), chosen.pause)


if __name__ == "__main__":
    main()
