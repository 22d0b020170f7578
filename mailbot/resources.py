"""Finds the files that come with mailbot: `rules`, `templates`, `systemd`, `config.example.toml`.

A checkout keeps them at its top level, where the office edits them; a wheel carries copies inside
the package.
"""

from importlib.resources import files
from pathlib import Path

_PACKAGE = Path(str(files("mailbot")))


def resource(name: str) -> Path:
    """The file or folder `name` that came with mailbot.

    Raises:
        FileNotFoundError: if neither the checkout nor the installed package has it.
    """
    checkout = _PACKAGE.parent
    # Only a checkout has a project file beside the package; site-packages may hold anybody's `templates`.
    own = [checkout / name] if (checkout / "pyproject.toml").is_file() else []
    for path in (*own, _PACKAGE / "_data" / name):
        if path.exists():
            return path
    raise FileNotFoundError(f"mailbot came without its {name}")
