"""The command line: `flask --app run …`. The same verbs, the same refusals, as anywhere.

With `--json` the answer is JSON. A refusal ends with status 1. One file for each audience, each
with its `COMMANDS`.
"""

from flask import Flask

from app.commands import developing, housing, keeping, operating, working


def init_app(app: Flask) -> None:
    for part in (operating, housing, working, keeping, developing):
        for command in part.COMMANDS:
            app.cli.add_command(command)
