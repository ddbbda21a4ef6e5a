"""The reading of one upload in another process: started, watched, stopped, and its answer."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aadash.errors import AadashError, IntakeError
from aadash.intake.decisions import Decisions
from aadash.intake.isolated.frames import receive, send
from aadash.intake.isolated.limits import Limits
from aadash.intake.isolated.pool import POOL, Worker
from aadash.intake.isolated.worker import FAILED, MEMORY, READING, REFUSED, TOO_LARGE
from aadash.intake.mapping import ColumnMapping
from aadash.intake.read.files import MAX_BYTES, Source, bytes_of, too_big
from aadash.intake.reading import Reading

#: Seconds between two looks at the process: short at first, as most files are read in no time.
_FIRST_LOOK, _LOOK = 0.005, 0.05
STOPPED = "stopped"


class ReadingJob:
    """A file that is being read in another process.

    Parameters are those of :func:`aadash.intake.read`, with ``limits`` for other limits than those of the file's size. The
    reading begins at once. Raises IntakeError when the file cannot be opened or is too large to be looked at.
    """

    def __init__(
        self,
        source: Source,
        *,
        name: str = "",
        sheet: str | None = None,
        mapping: ColumnMapping | None = None,
        decisions: Decisions | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.name, source, self.size = _in_memory(source, name)
        called = self.name if isinstance(source, (bytes, str)) else name
        self.limits = limits or Limits.of(self.size)
        self.began = time.monotonic()
        self._request: bytes | None = pickle.dumps(
            (self.limits, {"source": source, "name": called, "sheet": sheet, "mapping": mapping, "decisions": decisions}),
            pickle.HIGHEST_PROTOCOL,
        )
        self._answer: Reading | AadashError | None = None
        self._why, self._stop, self._done = "", threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="aadash-reading", daemon=True)
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the file is read or refused, at most so long; whether it is."""
        return self._done.wait(seconds)

    @property
    def seconds(self) -> float:
        """Seconds since the file was handed over."""
        return time.monotonic() - self.began

    def stop(self) -> None:
        """Give up: the process is ended, and :meth:`result` says that reading was stopped."""
        self._stop.set()

    def result(self) -> Reading:
        """What was understood of the file, when it is. Raises IntakeError for a file that is refused or could not be read."""
        self._done.wait()
        if isinstance(self._answer, Reading):
            return self._answer
        raise self._answer or _refusal(self.name, self._why)

    def _run(self) -> None:
        try:
            with POOL.turn():
                if not self._stop.is_set():
                    self._read()
        except Exception as error:  # the thread has nobody to raise it to
            self._why = self._why or f"the process that reads could not be used ({type(error).__name__})"
        finally:
            self._request = None
            if self._stop.is_set() and not self._answer:
                self._why = STOPPED
            self._done.set()

    def _read(self) -> None:
        worker = POOL.take()
        said: list[bytes] = []
        talk = threading.Thread(target=self._talk, args=(worker, said), name="aadash-reading-pipe", daemon=True)
        talk.start()
        self._why = self._watch(worker, talk)
        if self._why:
            worker.end()
            talk.join()
        kind, rest = (said[0][:1], said[0][1:]) if said else (b"", b"")
        if kind in (READING, REFUSED) and not self._why:
            self._answer = pickle.loads(rest)
            POOL.give_back(worker)
            return
        whys = {
            MEMORY: _memory(self.limits),
            TOO_LARGE: "it holds far more than a cohort",
            FAILED: f"the reader failed ({rest.decode('ascii', 'replace')})",
        }
        broken = "the reader for this kind of file broke down on it"
        self._why = self._why or whys.get(kind, broken)
        worker.end()
        POOL.prepare()

    def _talk(self, worker: Worker, said: list[bytes]) -> None:
        """Hand over the file and take the answer; nothing when the process ends before it has one."""
        try:
            worker.wait_until_ready()
            self.began = time.monotonic()
            send(worker.requests, self._request or b"")
            said.append(receive(worker.answers, self.limits.answer + 1000))
        except (OSError, EOFError):
            return
        except ValueError:
            said.append(TOO_LARGE)

    def _watch(self, worker: Worker, talk: threading.Thread) -> str:
        """Wait for the answer; why it should be waited for no longer, "" when it has come."""
        pause, used, held = _FIRST_LOOK, worker.seconds(), worker.memory()
        while True:
            talk.join(pause)
            if not talk.is_alive():
                return ""
            pause = min(_LOOK, 2 * pause)
            if self._stop.is_set():
                return STOPPED
            if not worker.ready:
                used, held = worker.seconds(), worker.memory()
                if self.seconds > 60:
                    return "the process that reads did not start"
                continue
            if worker.seconds() - used > self.limits.seconds or self.seconds > self.limits.longest:
                return f"it takes longer than {self.limits.seconds:.0f} seconds"
            if worker.memory() - held > self.limits.memory:
                return _memory(self.limits)


def read_isolated(
    source: Source,
    *,
    name: str = "",
    sheet: str | None = None,
    mapping: ColumnMapping | None = None,
    decisions: Decisions | None = None,
) -> Reading:
    """:func:`aadash.intake.read` in another process, with limits of time, memory and output.

    Parameters and answer are those of :func:`aadash.intake.read`. Raises IntakeError as that does, and for a file whose reading
    takes more than :class:`Limits` allow or ends the process that reads.
    """
    job = ReadingJob(source, name=name, sheet=sheet, mapping=mapping, decisions=decisions)
    try:
        return job.result()
    finally:
        job.stop()


def _in_memory(source: Source, name: str) -> tuple[str, Source, int]:
    """What to call the upload, its bytes, and how many there are. Raises IntakeError."""
    if isinstance(source, (bytes, str, Path)):
        pasted = isinstance(source, str) and any(c in source for c in "\n\t\r")
        if isinstance(source, bytes) or pasted:
            size = len(source) if isinstance(source, bytes) else len(str(source).encode("utf-8", "surrogatepass"))
            if size > MAX_BYTES:
                raise too_big(name)
            return name or ("pasted text" if pasted else "upload"), source, size
        data, called = bytes_of(source, name)
        return called, data, len(data)
    files: Sequence[tuple[str, Any]] = source
    size = sum(len(data) for _, data in files)
    if size > MAX_BYTES:
        raise too_big(name or ", ".join(title for title, _ in files))
    return name or ", ".join(title for title, _ in files[:3]), source, size


def _memory(limits: Limits) -> str:
    return f"it needs more than {limits.memory / (1 << 30):.1f} GiB of memory"


def _refusal(name: str, why: str) -> IntakeError:
    if why == STOPPED:
        return IntakeError("Reading was stopped", file=name, fix="Choose the file again to read it")
    text = name.lower().endswith((".csv", ".tsv", ".txt"))
    fix = "Keep the rows and columns that are to be analysed, and save it again" if text else "Save it as .csv and upload that"
    return IntakeError(f"This file could not be read: {why}", file=name, fix=fix)
