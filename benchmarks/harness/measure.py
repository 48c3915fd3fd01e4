"""Takes samples of all contenders of a group in turn until each has enough quiet ones."""

import random
import sys
import time

from .statistics import Calibration, summarize


class Progress:
    """One line that is overwritten on a terminal; a line for each group elsewhere."""

    def __init__(self, stream=sys.stderr):
        self.stream, self.terminal, self.shown, self.last = stream, stream.isatty(), 0, 0.0

    def update(self, text):
        if not self.terminal or time.monotonic() - self.last < 0.1:
            return
        self.last = time.monotonic()
        self.stream.write("\r" + text.ljust(self.shown)[:160])
        self.stream.flush()
        self.shown = min(len(text), 160)

    def line(self, text):
        if self.terminal:
            self.stream.write("\r" + " " * self.shown + "\r")
            self.shown = 0
        self.stream.write(text + "\n")
        self.stream.flush()


class Meter:
    def __init__(self, clock, progress, samples=15, seconds=20.0, window_us=500.0):
        self.clock, self.progress = clock, progress
        self.samples, self.seconds, self.window = samples, seconds, window_us * 1000
        self.calibration = Calibration()

    def measure(self, name, contenders):
        """Summaries by key. Before each of its samples, a contender runs for as long as the sample: the others have
        been at the caches, and after 64 MB of somebody's floats one call is not enough to bring two megabytes back.
        The order is drawn anew for each round, so that nobody always follows the same neighbour."""
        iterations, times, taken = {}, {}, {c.key: [] for c in contenders}
        for contender in contenders:
            contender.sample(1)
            best = min(contender.sample(1).time for _ in range(2))
            times[contender.key] = best
            iterations[contender.key] = max(1, int(self.window / best))
        begin, rounds, order = time.monotonic(), 0, random.Random(1)
        while time.monotonic() - begin < self.seconds:
            rounds += 1
            for contender in order.sample(contenders, len(contenders)):
                samples = taken[contender.key]
                count = iterations[contender.key]
                if times[contender.key] < 5e6:
                    contender.sample(count)
                sample = contender.sample(count)
                self.calibration.see(sample)
                samples.append(sample)
            self.calibration.clocks.append(self.clock.gigahertz())
            least = min(self.quiet(samples) for samples in taken.values())
            self.progress.update(f"{name}: round {rounds}, {least} of {self.samples} quiet samples")
            if least >= self.samples:
                break
        return {key: summarize(samples, self.calibration) for key, samples in taken.items()}

    def quiet(self, samples):
        return sum(self.calibration.is_quiet(sample) for sample in samples)
