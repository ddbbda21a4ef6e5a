"""How much time, memory and output the reading of a file may take."""

from __future__ import annotations

from dataclasses import dataclass

MB, GIB = 1_000_000, 1 << 30
#: Seconds for any file: with what starting and answering take, a file made to do harm is refused within ten.
SECONDS, SECONDS_A_MB = 8.0, 2.0
#: Memory beside that of the idle process: so much for any file and so many times its own size on top, but for a large file not
#: more than the second pair.
SMALL, SMALL_A_BYTE = 320 * MB, 128
MEMORY, MEMORY_A_BYTE = GIB, 32
#: Bytes of the answer for any file, and how many times its own size on top.
ANSWER, ANSWER_A_BYTE = 64 * MB, 24
#: The clock may run so many times the seconds: a busy computer reads slowly, but a reader that waits for nothing is ended.
PATIENCE = 6.0


@dataclass(frozen=True)
class Limits:
    """What the reading of one file may take.

    ``seconds`` are of the process's own computing time, and the clock may run ``PATIENCE`` times as long; ``memory`` and
    ``answer`` are bytes.
    """

    seconds: float = SECONDS
    memory: int = SMALL
    answer: int = ANSWER

    @classmethod
    def of(cls, size: int) -> Limits:
        """The limits for a file of ``size`` bytes as uploaded: more for a file that is honestly large.

        >>> Limits.of(0).seconds, Limits.of(5_000_000).seconds
        (8.0, 18.0)
        """
        memory = min(SMALL + SMALL_A_BYTE * size, MEMORY + MEMORY_A_BYTE * size)
        return cls(SECONDS + SECONDS_A_MB * size / MB, memory, ANSWER + ANSWER_A_BYTE * size)

    @property
    def longest(self) -> float:
        """Seconds of the clock after which the reading is given up whatever it is doing."""
        return PATIENCE * self.seconds
