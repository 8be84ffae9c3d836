"""`zdd schema`."""

from typing import Annotated

import typer


def schema(
    defaults: Annotated[bool, typer.Option("--defaults", help="Print what holds where a play says nothing.")] = False,
) -> int:
    """Print the JSON Schema of playbooks, by which an editor completes and checks them.

    zdd schema > zdd.schema.json    # then, in a playbook's first line: # yaml-language-server: $schema=zdd.schema.json
    """
    import json

    import yaml

    from zdd.cli.reading import TABLES
    from zdd.config import schema as made

    if defaults:
        typer.echo(yaml.safe_dump(made.defaults(), sort_keys=False, allow_unicode=True, width=120).rstrip())
    else:
        typer.echo(json.dumps(made.schema(TABLES), indent=2))
    return 0
