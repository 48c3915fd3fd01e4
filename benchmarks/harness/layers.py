"""Single layers side by side: what the suites gemm and conv share.

A group is one shape with its bits, outputs and paddings. All of it is measured in turn, with every peer once, because
the peers in floats and bytes do the same work whatever we do.
"""

from .native import BuildError
from .ours import Compiled
from .peers import Unsupported
from .results import make_row


def measure_layers(context, suite, groups):
    rows = []
    for group in groups:
        group = [(problem, outputs) for problem, outputs in group if context.wants(problem.name, problem.bits)]
        if group:
            rows += measure_group(context, suite, group)
    return rows


def measure_group(context, suite, group):
    name = f"{suite} {group[0][0].name}"
    ours, contenders, checks = [], [], []
    for problem, outputs in group:
        for output in outputs:
            for cpu in context.cpus:
                label = f"{suite} {problem.name} {problem.bits} {output} for {cpu or 'this machine'}"
                context.progress.update(f"{label}: compiling")
                try:
                    compiled = Compiled(context.tools, problem, output, cpu)
                except BuildError as error:
                    context.fail(f"{label}: {error}")
                    continue
                contender = compiled.contender(f"ours {label}", context.clock)
                contenders.append(contender)
                checks.append((contender, compiled.check))
                ours.append((problem, output, cpu, compiled, contender.key))

    candidates = []
    generic_done = set()
    for problem, outputs in group:
        for peer in context.peers:
            if peer.names != ("handwritten",):
                if peer in generic_done:
                    continue
                generic_done.add(peer)
            context.progress.update(f"{name}: preparing {', '.join(peer.names)}")
            try:
                prepared = peer.prepare(problem, outputs)
            except Unsupported:
                continue
            except Exception as error:  # a peer's failure is no reason to stop
                context.fail(f"{problem.name}: {', '.join(peer.names)} failed: {str(error).splitlines()[0]}")
                continue
            for candidate in prepared:
                if candidate.peer == "handwritten":
                    candidate.contender.key += f" {problem.name}"
                candidates.append((problem, candidate))
                contenders.append(candidate.contender)
                checks.append((candidate.contender, candidate.check))

    wrong = set()
    for contender, check in checks:
        contender.sample(1)
        if not check():
            wrong.add(contender.key)
            context.fail(f"{name}: {contender.key} computes something else")
    contenders = [c for c in contenders if c.key not in wrong]
    if not contenders:
        return []
    times = context.meter.measure(name, contenders)
    context.keep_details(name, times)

    rows = []
    for problem, output, cpu, compiled, key in ours:
        if key in times:
            vs = {}
            for peer_problem, candidate in candidates:
                is_same = candidate.output is None or (candidate.output == output and peer_problem == problem)
                if candidate.peer and candidate.contender.key in times and is_same:
                    ratio = times[candidate.contender.key].time / times[key].time
                    vs[candidate.peer] = min(ratio, vs.get(candidate.peer, ratio))
            rows.append(
                make_row(
                    context.suite_name(suite, cpu), problem.name, str(problem.bits), output, compiled.strategy,
                    times[key].time / 1000, problem.macs / (times[key].time * context.meter.calibration.gigahertz), vs,
                )
            )
            context.show(rows[-1], times[key])
    return rows
