"""Tasks, declared once (tasks.py), and what gives them their ticks (local.py)."""

from scraper.jobs.local import run_local
from scraper.jobs.tasks import TASKS, Task

__all__ = ["TASKS", "Task", "run_local"]
