"""Where the bytes of sealed mails go if the office keeps them: encrypted, for a key that is not here.

Each becomes a file of the Cryptographic Message Syntax (RFC 5652, RFC 5083), encrypted by OpenSSL to the
certificate of the office's secret desk. Whoever holds its private key, on a machine apart, opens it with
`openssl cms -decrypt -inform DER -in FILE -inkey KEY -recip CERTIFICATE`.
"""

import os
import subprocess
from pathlib import Path

from mailbot.disk import force_folder
from mailbot.errors import Unavailable

_PROGRAM = "openssl"
# Ten times what 160 MB take on a slow machine.
_MOST_SECONDS = 60
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


class Vault:
    """A folder of encrypted mails; nothing here can open them."""

    def __init__(self, folder: Path, certificate: Path) -> None:
        self.folder = folder
        self._certificate = certificate

    def keep(self, raw: Path, name: str) -> Path:
        """Encrypt the mail at `raw` into the folder, durably; a second time changes nothing.

        Returns:
            The encrypted file.

        Raises:
            Unavailable: it cannot be encrypted or written now; the mail stays where it is.
        """
        kept = self.folder / f"{name}.cms"
        if kept.exists():
            return kept
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._encrypt(raw, kept)
            force_folder(self.folder)
        except OSError as error:
            raise Unavailable(f"a sealed mail cannot be encrypted: {error.strerror or error}") from error
        return kept

    def _encrypt(self, raw: Path, kept: Path) -> None:
        beside = kept.with_suffix(".new")
        # Neither the mail nor its name stands in an argument.
        command = [_PROGRAM, "cms", "-encrypt", "-binary", "-stream", "-aes-256-gcm", "-outform", "DER"]
        with raw.open("rb") as mail, os.fdopen(_private(beside), "wb") as file:
            try:
                done = subprocess.run(  # noqa: S603 - a fixed command
                    [*command, str(self._certificate)],
                    stdin=mail,
                    stdout=file,
                    stderr=subprocess.PIPE,
                    env=_ENVIRONMENT,
                    timeout=_MOST_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise Unavailable("a sealed mail cannot be encrypted: OpenSSL does not end") from None
            if done.returncode != 0:
                raise Unavailable(f"a sealed mail cannot be encrypted: {_last_line(done.stderr)}")
            os.fsync(file.fileno())
        beside.replace(kept)


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)


def _last_line(said: bytes) -> str:
    # OpenSSL speaks of its certificate and its options here, never of the mail.
    return next(iter(said.decode("utf-8", "replace").strip().splitlines()[-1:]), "OpenSSL says nothing")
