"""Writes what was measured: results.json, details.json, results.md and pictures."""

import os

from .pictures import draw
from .results import render_lines, render_table, validate, write_json


def write_reports(folder, rows, machine, context):
    validate(rows)
    write_json(os.path.join(folder, "results.json"), rows)
    write_json(
        os.path.join(folder, "details.json"),
        dict(machine=machine, failures=context.failures, notes=context.notes, tables=context.tables, groups=context.details),
    )
    text = render_results(rows, machine, context)
    with open(os.path.join(folder, "results.md"), "w") as file:
        file.write(text)
    pictures = draw(rows, machine)
    for name, picture in pictures.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(picture)
    print(text)
    print(f"written: {folder}/" + ", ".join(["results.json", "results.md", "details.json", *pictures]))


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
    for table in context.tables:
        text += f"\n## {table['title']}\n\n{render_lines(table['header'], table['lines'])}\n"
    for title, items in (("Not as it should be", context.failures), ("Notes", context.notes)):
        if items:
            text += f"\n{title}:\n\n" + "".join(f"- {item}\n" for item in items)
    return text
