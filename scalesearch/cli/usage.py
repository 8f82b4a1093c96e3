"""Commands and options that know what other tools call them."""

from collections.abc import Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from scalesearch.core.spelling import nearest

SYNONYMS = {
    "--baseline": "model network arch architecture backbone net",
    "--dataset": "data datasetname",
    "--data-dir": "dataroot datapath datadirectory root tfdsdatadir",
    "--workers": "numworkers jobs njobs j nproc nprocs nprocesses processes parallel",
    "--epochs": "numepochs nepochs maxepochs",
    "--seeds": "numseeds nseeds runs trials",
    "--study": "name studyname run experiment",
    "--results": "outdir outputdir logdir resultsdir",
    "--out": "output outfile o save",
    "--target-macs": "targetflops flops macs maxflops",
    "--max-params": "params parameters",
    "--resolution": "imagesize imgsize inputsize size res",
    "--measure": "latency throughput benchmark",
    "--max-latency": "latency",
    "--unit": "flops macs gflops",
    "--images": "image img imgs",
    "--name": "study studyname run experiment",
    "--file": "baseline model network arch path table out output outfile",
    "--validation": "val valid valsize",
    "--threads": "numthreads nthreads intraop",
    "--profile": "config recipe preset",
    "--coefficients": "alphabetagamma coeffs",
}
"""What other tools of the field call an option of ours, as `core.spelling` has it of names."""
_LIKENESS = 0.6
_SAME = 1.0
_AGAIN = ("--resume", "--continue", "--restart", "--resume-from")


class Command(TyperCommand):
    """A command whose message on an unknown option has the nearest ones, synonyms among them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            # By its fields, since Typer gives the class of this error no public name.
            unknown: Any = error
            if all(hasattr(error, each) for each in ("message", "option_name", "possibilities")):
                unknown.message += self._meant(unknown.option_name, ctx.command_path)
                unknown.possibilities = None
            raise

    def _meant(self, name: str, path: str) -> str:
        """What an unknown option may have meant, as the end of a sentence; "" for nothing."""
        options, arguments = [], {}
        for parameter in self.params:
            if parameter.param_type_name == "argument":
                arguments[f"--{parameter.name}"] = (parameter.metavar or "").strip("[].")
            else:
                options += [each for each in parameter.opts if each.startswith("-")]
        if same := nearest(name, options, _SAME, SYNONYMS):
            return _possible(same)
        if same := nearest(name, arguments, _SAME, SYNONYMS):
            return _bare(path, arguments[same[0]])
        if "--retry-failed" in options and nearest(name, _AGAIN, _SAME, SYNONYMS):
            return " (the same command again goes on with an unfinished study)"
        if "--profile" in options and (fields := _profile_fields(name)):
            return f" (it is {fields} of a profile: change a copy and give --profile FILE)"
        near = nearest(name, [*options, *arguments], _LIKENESS, SYNONYMS)
        if near and near[0] in arguments:
            return _bare(path, arguments[near[0]])
        return _possible([each for each in near if each in options])


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


def _possible(options: Sequence[str]) -> str:
    return f" (Possible options: {', '.join(options)})" if options else ""


def _bare(path: str, word: str) -> str:
    return f" ({word} is given without an option: `{path} {word}`)"


def _profile_fields(name: str) -> str:
    """The fields of a profile of that name, in words; "" where it has none."""
    from dataclasses import fields

    from scalesearch.config.profiles import Profile
    from scalesearch.config.recipe import PROFILE_FIELDS

    profile = [field.name for field in fields(Profile)]
    recipe = [f"`{each}` under `recipe`" for each in nearest(name, PROFILE_FIELDS, _SAME)]
    return " or ".join([*recipe, *(f"`{each}`" for each in nearest(name, profile, _SAME))])
