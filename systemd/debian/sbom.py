"""Prints what mailbot is built of, as CycloneDX 1.6: for whoever must answer for a hole in a library.

    python systemd/debian/sbom.py requirements.lock >sbom.cdx.json

Everything in it is said by the lock file, which also holds the hashes, and by the installed distributions; no
network is asked, and the same sources give the same document. Native libraries that wheels carry within them
(PDFium, libpq, OpenSSL, libxml2, the codecs of Pillow) are parts of those wheels here: no distribution says
which versions they are.
"""

import json
import os
import sys
import uuid
from datetime import UTC, datetime
from importlib.metadata import Distribution, distribution, version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from runtime import needed, pins


def document(lock: str) -> dict[str, Any]:
    """The document for these pins."""
    names = sorted(needed())
    if wrong := [name for name in names if f"=={version(name)}" not in pins(lock).get(name, "")]:
        sys.exit(f"installed otherwise than the lock file says: {', '.join(wrong)}")
    body = {
        "metadata": {
            "timestamp": _made_at().isoformat().replace("+00:00", "Z"),
            "component": {
                "type": "application",
                "bom-ref": "mailbot",
                "name": "mailbot",
                "version": version("mailbot"),
                "licenses": [{"expression": "MIT"}],
            },
        },
        "components": [_component(distribution(name)) for name in names],
        "dependencies": [
            {"ref": _ref(name), "dependsOn": _asked_by(name, names)} for name in ("mailbot", *names)
        ],
    }
    seed = json.dumps(body, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, seed)}",
        "version": 1,
        **body,
    }


def _made_at() -> datetime:
    """The moment that the sources are of, where a build says so: two builds give one document."""
    return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)


def _component(found: Distribution) -> dict[str, Any]:
    name = canonicalize_name(found.metadata["Name"])
    return {
        "type": "library",
        "bom-ref": _ref(name),
        "name": name,
        "version": found.version,
        "scope": "required",
        "purl": _ref(name),
        "licenses": [_licence(found)],
    }


def _licence(found: Distribution) -> dict[str, Any]:
    if told := found.metadata.get("License-Expression"):
        return {"expression": told}
    classes = found.metadata.get_all("Classifier") or ()
    classed = [name.rpartition("::")[2].strip() for name in classes if "License ::" in name]
    said = " OR ".join(classed) or (found.metadata.get("License") or "see its licence file").splitlines()[0]
    return {"license": {"name": said}}


def _ref(name: str) -> str:
    return "mailbot" if name == "mailbot" else f"pkg:pypi/{name}@{version(name)}"


def _asked_by(name: str, among: list[str]) -> list[str]:
    asked = {canonicalize_name(Requirement(line).name) for line in distribution(name).requires or ()}
    return [_ref(other) for other in among if other in asked and other != name]


if __name__ == "__main__":
    made = document(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
