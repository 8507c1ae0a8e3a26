"""`chatkit assets`: the page's scripts, with what an `integrity` attribute takes."""

import click


@click.command()
def assets() -> None:
    """List the page's scripts: size in bytes, hash for `integrity`, name.

    The script of a page names chatkit.js; that one loads the others from where it came from.
    """
    from chatkit.cli.errors import UserError
    from chatkit.http import bundle

    if not bundle.is_built():
        raise UserError("the page is not built: run `make web`, or `python web/build_page.py`")
    for path in bundle.files():
        content = path.read_bytes()
        name = path.relative_to(bundle.ASSETS).as_posix()
        click.echo(f"{len(content):>8}  {bundle.integrity(content)}  {name}")


__all__ = ["assets"]
