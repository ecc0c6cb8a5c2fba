"""The commands, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from vaediag.cli import plugins
from vaediag.cli.commands import check, compare, diagnose, explain, listing, report, rules, traverse, wrap

Version = Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; works after any command.")]


def build(arguments: Sequence[str]) -> typer.Typer:
    """The application for one command line; a command of another package is imported only if `arguments` name it."""
    app = typer.Typer(
        name="vaediag",
        help="Shows and checks what a VAE decoder really outputs: a distribution p(x | z).",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_top)
    app.command("diagnose")(diagnose.diagnose)
    app.command("report")(report.report)
    app.command("traverse")(traverse.traverse)
    app.command("compare")(compare.compare)
    app.command("check")(check.check)
    app.command("wrap", epilog=wrap.choices() if arguments[:1] == ["wrap"] else None)(wrap.wrap)
    app.command("explain")(explain.explain)
    app.command("rules")(rules.rules)
    app.command("models")(listing.models)
    app.command("datasets")(listing.datasets)
    for name, entry in plugins.commands().items():
        called = arguments[:1] == [name]
        app.command(name, help=None if called else plugins.sentence(entry))(
            plugins.load(entry) if called else _not_called
        )
    return app


def _top(context: typer.Context, version: Version = False, debug: Debug = False) -> None:
    del debug  # read by main, before anything can fail
    if version:
        from importlib.metadata import version as installed

        print(f"vaediag {installed('vaediag')}")
        raise typer.Exit()
    if context.invoked_subcommand is None:
        print(context.get_help())


def _not_called() -> None:
    """Stands in the list of commands for one that was not asked for."""
