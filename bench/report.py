"""The output of every run: the console, the description of the machine, and the JSON file."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.contenders import NODE

WIDTH = 126  # characters of a table's line


def console() -> Console:
    """Standard output. If it is no terminal, it is wide enough for the tables."""
    made = Console()
    made.width = max(made.width, WIDTH)
    return made


def machine() -> dict[str, Any]:
    """The machine and the programs of the run."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"MemTotal: +(\d+)", Path("/proc/meminfo").read_text())
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory[1]) / 1e6, 1) if memory else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "node": _first_line(str(NODE), "--version"),
        "wrk": _first_line("wrk", "--version"),
        "load_average_before": os.getloadavg()[0],
    }


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except OSError:
        return "none"
    return (done.stdout or done.stderr).partition("\n")[0].strip()


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write all results to a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
