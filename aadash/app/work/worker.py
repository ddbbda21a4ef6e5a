"""The process that computes: it waits for calls on standard input and answers on standard output, until the input ends.

It gives way to everything else on the computer, writes to no file and prints nothing.
"""

from __future__ import annotations

import os
import pickle
import struct
import time
import traceback
from typing import Any, BinaryIO

from aadash.errors import AadashError
from aadash.intake.isolated.frames import receive, send
from aadash.intake.isolated.worker import _pipes, _without_files

#: How a message begins: how far it is, a result, one of our errors, or anything else.
PROGRESS, RESULT, REFUSED, FAILED = b"P", b"R", b"E", b"X"
FAR = struct.Struct("<dq")
#: Seconds between two messages of how far it is.
OFTEN = 0.1


def main() -> None:
    """Answer one call after the other."""
    source, answers = _pipes()
    _without_files()
    if hasattr(os, "nice"):
        os.nice(5)
    import aadash.analyses

    assert aadash.analyses
    send(answers, b"ready")
    while True:
        try:
            request = receive(source)
            send(answers, answer_to(request, answers))
        except (EOFError, OSError):
            return


def answer_to(request: bytes, answers: BinaryIO) -> bytes:
    """The answer to one call, as bytes; how far it is goes out meanwhile."""
    last = 0.0

    def progress(done: float, total: int = 0) -> None:
        nonlocal last
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            send(answers, PROGRESS + FAR.pack(done, total))

    try:
        function, given, named = pickle.loads(request)
        result: Any = function(*given, progress=progress, **named)
        return RESULT + pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except AadashError as error:
        return REFUSED + pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
    except OSError:
        raise
    except BaseException as error:  # whatever it is, the page that waits is told, without a value of the file
        where = traceback.extract_tb(error.__traceback__)[-1]
        return FAILED + f"{type(error).__name__} in {os.path.basename(where.filename)}, line {where.lineno}".encode()
