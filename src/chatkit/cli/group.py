"""The group of commands. Each is imported when it is run, so that `chatkit --help` is instant.

Nothing else of this package is imported: `chatkit doctor` is to run where the rest is broken.
"""

from importlib import import_module

import click

_COMMANDS = {
    "demo": ("chatkit.cli.demo.command:demo", "Start the demo assistant; no key needed."),
    "serve": ("chatkit.cli.serve:serve", "Serve a ChatKitServer of yours, or a model."),
    "chat": ("chatkit.cli.chat:chat", "Chat with a server from this terminal."),
    "db": ("chatkit.cli.db:db", "Migrate, copy and check a server's database."),
    "keys": ("chatkit.cli.keys:keys", "Make, list and revoke API keys of your backends."),
    "doctor": (
        "chatkit.cli.doctor:doctor",
        "Look at an environment or a server.",
    ),
    "assets": ("chatkit.cli.assets:assets", "List the page's scripts with their hashes."),
    "widget": ("chatkit.cli.widget:widget", "Check and preview .widget files."),
    "schema": ("chatkit.cli.schema:schema", "Print the wire protocol as a JSON Schema."),
}


class _Commands(click.Group):
    """Knows its commands by name, and what they are for, without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        return getattr(import_module(module), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chatkit-selfhosted", prog_name="chatkit")
def main() -> None:
    """ChatKit, self-hosted: a chat server on your own machines, with your own models.

    Try `chatkit demo`, and `chatkit COMMAND --help` for what a command takes.
    """


__all__ = ["main"]
