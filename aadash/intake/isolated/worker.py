"""The process that reads: it waits for files on standard input and answers on standard output, until the input ends.

It can write to no file, leaves no memory image behind when it dies, and prints nothing, whatever native code in it does.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import sys
import traceback
from typing import Any, BinaryIO

from aadash.errors import AadashError
from aadash.intake.isolated.frames import receive, send
from aadash.intake.isolated.limits import Limits

#: How an answer begins: a reading, one of our errors, memory ran out, an answer that is too large, or anything else.
READING, REFUSED, MEMORY, TOO_LARGE, FAILED = b"R", b"E", b"M", b"L", b"X"


def main() -> None:
    """Read one file after the other."""
    source, answers = _pipes()
    _without_files()
    import aadash.intake

    send(answers, b"ready")
    _load_readers()
    gc.collect()
    gc.freeze()
    while True:
        try:
            limits, arguments = pickle.loads(receive(source))
        except EOFError:
            return
        answer = answer_to(aadash.intake.read, limits, arguments)
        try:
            send(answers, answer)
        except OSError:
            return
        if answer[:1] not in (READING, REFUSED):
            return  # what failed in an unforeseen way reads nothing more
        del arguments, answer
        gc.collect()


def answer_to(read: Any, limits: Limits, arguments: dict[str, Any]) -> bytes:
    """The answer to one request, as bytes."""
    try:
        with _bounded(limits):
            try:
                answer = READING + pickle.dumps(read(**arguments), pickle.HIGHEST_PROTOCOL)
            except AadashError as error:
                answer = REFUSED + pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return MEMORY
    except BaseException as error:  # nothing from a file may end this process in silence
        where = traceback.extract_tb(error.__traceback__)[-1]
        return FAILED + f"{type(error).__name__} in {os.path.basename(where.filename)}, line {where.lineno}".encode()
    return answer if len(answer) <= limits.answer else TOO_LARGE


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes under new numbers; the standard ones lead nowhere, so that native code has nowhere to print."""
    source, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return os.fdopen(source, "rb"), os.fdopen(answers, "wb")


def _without_files() -> None:
    """No file can be written and no memory image is left, where the system has such limits; no window opens on Windows."""
    sys.dont_write_bytecode = True
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)
        return
    try:
        import resource
    except ImportError:
        return
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (0, 0))


def _load_readers() -> None:
    """What the first workbook or statistics file would otherwise wait for."""
    import pyarrow.parquet
    import pyreadstat
    import python_calamine

    assert pyarrow.parquet and pyreadstat and python_calamine


@contextlib.contextmanager
def _bounded(limits: Limits) -> Any:
    """The system's own limits of memory and time, where it has them; the other process watches in any case."""
    try:
        import resource
    except ImportError:
        yield
        return
    space, time = resource.RLIMIT_AS, resource.RLIMIT_CPU
    used = resource.getrusage(resource.RUSAGE_SELF)
    before = resource.getrlimit(space)
    _lower(space, _space_now() + limits.memory)
    _lower(time, int(used.ru_utime + used.ru_stime + limits.longest) + 2)
    try:
        yield
    finally:
        _lower(space, before[0])


def _lower(what: int, soft: int) -> None:
    import resource

    hard = resource.getrlimit(what)[1]
    with contextlib.suppress(OSError, ValueError, OverflowError):
        resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _space_now() -> int:
    """Bytes of address space in use; 0 where that is not told."""
    import psutil

    return int(psutil.Process().memory_info().vms)
