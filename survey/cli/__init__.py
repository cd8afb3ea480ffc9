"""The `survey` command: a group whose subcommands are imported when they are asked for."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module

import click

#: Command -> the module and the name in it; so `survey score` starts without a web framework or a database.
COMMANDS = {
    "check": "survey.cli.check:check",
    "walk": "survey.cli.check:walk",
    "score": "survey.cli.score:score",
    "rescore": "survey.cli.rescore:rescore",
    "verify": "survey.cli.verify:verify",
    "sheet": "survey.cli.sheet:sheet",
    "diff": "survey.cli.diff:diff",
    "translate": "survey.cli.translate:translate",
    "quality": "survey.cli.quality:quality",
    "report": "survey.cli.report:report",
    "run": "survey.cli.serve:run",
    "worker": "survey.cli.work:worker",
    "demo": "survey.cli.demo:demo",
    "regions": "survey.cli.regions:regions",
    "drift": "survey.cli.drift:drift",
    "retention": "survey.cli.retention:retention",
    "db": "survey.cli.manage:database_group",
    "staff": "survey.cli.manage:staff",
    "school": "survey.cli.manage:school_group",
    "bounces": "survey.cli.bounces:bounces",
    "backup": "survey.cli.backup:backup",
    "restore": "survey.cli.backup:restore",
    "key": "survey.cli.key:key",
}


class Commands(click.Group):
    """A group that imports a subcommand only when it is run or described."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="overstap")
def survey() -> None:
    """Ask leaving students what is not arranged yet, score it by open rules, and make the document.

    Data goes to standard output, messages to standard error. Exit code 0: good; 1: findings in the content;
    2: wrong use, or a file that cannot be read.
    """


def main() -> None:
    """Run the command line with UTF-8 on all streams; a stream that is closed or full is one line and exit code 2."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")
    if sys.stdout is None:
        click.echo("standard output is closed", err=True)
        sys.exit(2)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        survey(prog_name="survey")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        click.echo(f"the output cannot be written: {error.strerror}", err=True)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # what is left in it would fail again on the way out
        sys.exit(2)
