"""Times of interleaved samples, and which of them count.

A sample lies between two probes of the rate at which the core executes nops. Where a neighbour uses the same core,
or the core itself is taken away, the rate falls: a sample is *quiet* if the rate was at least `QUIET` of the best
rate of the whole run on both sides. The threshold is relative because processors differ in their width (5.2 of 6
nops per cycle on the machine where it was found). In a quiet sample, the processor also worked for this process all of
the time.
"""

from dataclasses import dataclass, field
from math import inf, isfinite

QUIET = 5.2 / 6
WORKED = 0.97
# Fewer quiet samples than this say little: then the fastest tenth of all samples is the best guess.
FEWEST_QUIET = 3


def median(values):
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no median of nothing")
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@dataclass
class Sample:
    time: float  # nanoseconds of one call
    before: float  # nops per nanosecond, before and after
    after: float
    share: float = 1.0  # processor time by elapsed time; above 1 with several threads

    def rate(self):
        return min(self.before, self.after)


@dataclass
class Summary:
    time: float  # nanoseconds: the median of the quiet samples, or the best guess
    best: float
    all: float  # the median of all samples
    quiet: int
    samples: int

    @property
    def is_quiet(self):
        return self.quiet >= FEWEST_QUIET


@dataclass
class Calibration:
    """The best nop rate seen, and samples of the clock."""

    best_rate: float = 0.0
    clocks: list = field(default_factory=list)

    def see(self, sample):
        self.best_rate = max(self.best_rate, sample.before, sample.after)

    def is_quiet(self, sample):
        return sample.rate() >= QUIET * self.best_rate and sample.share >= WORKED

    @property
    def gigahertz(self):
        # The chain of additions can only be slower than the clock, so disturbed samples lie below.
        ordered = sorted(self.clocks)
        return ordered[int(0.9 * (len(ordered) - 1))] if ordered else inf


def summarize(samples, calibration):
    times = [sample.time for sample in samples]
    if not times or not all(isfinite(t) and t > 0 for t in times):
        raise ValueError("times must be positive")
    quiet = [sample.time for sample in samples if calibration.is_quiet(sample)]
    guess = sorted(times)[len(times) // 10]
    time = median(quiet) if len(quiet) >= FEWEST_QUIET else guess
    return Summary(time, min(times), median(times), len(quiet), len(times))
