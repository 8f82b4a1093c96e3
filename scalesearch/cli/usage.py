"""Commands and options that know what other tools call them."""

from typing import Any

from typer.core import TyperCommand, TyperGroup

from scalesearch.core.spelling import nearest

_LIKENESS = 0.6


class Command(TyperCommand):
    """A command whose message on an unknown option has the nearest ones, synonyms among them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            # By its fields, since Typer gives the class of this error no public name.
            if hasattr(error, "option_name") and hasattr(error, "possibilities"):
                known = [option for parameter in self.params for option in parameter.opts]
                error.possibilities = nearest(error.option_name, known, _LIKENESS)
            raise


class Group(TyperGroup):
    """A group of commands that does the same with their names; instead of `suggest_commands`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:
            near = nearest(args[0], self.commands, _LIKENESS) if args else []
            if near and hasattr(error, "message"):
                error.message += f" Did you mean {', '.join(map(repr, near))}?"
            raise
