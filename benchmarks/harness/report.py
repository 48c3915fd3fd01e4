"""Writes what was measured: results.json, details.json, results.md and pictures."""

import os

from .results import render_table, validate, write_json


def write_reports(folder, rows, machine, context):
    validate(rows)
    write_json(os.path.join(folder, "results.json"), rows)
    write_json(
        os.path.join(folder, "details.json"),
        dict(machine=machine, failures=context.failures, notes=context.notes, groups=context.details),
    )
    text = render_results(rows, machine, context)
    with open(os.path.join(folder, "results.md"), "w") as file:
        file.write(text)
    print(text)
    print(f"written: {folder}/results.json, results.md, details.json")


def render_results(rows, machine, context):
    lines = [
        f"{machine['machine']}, {machine['processors']} processors"
        + (f", {machine['gigahertz']} GHz" if machine["gigahertz"] else "")
        + f"; {machine['date']}; commit {machine['commit'] or 'unknown'}"
    ]
    if machine["peers"]:
        lines.append("Peers: " + "; ".join(machine["peers"]) + f"; instructions: {machine['peer_isa']}")
    if machine["quick"]:
        lines.append("A quick run: too few samples for more than a look.")
    text = "\n\n".join(lines) + "\n\n" + render_table(rows)
    for title, items in (("Not as it should be", context.failures), ("Notes", context.notes)):
        if items:
            text += f"\n{title}:\n\n" + "".join(f"- {item}\n" for item in items)
    return text
