"""Keys and passwords that the installation keeps for itself in DATA_DIR."""

import os
import tempfile
from pathlib import Path


def make_data_dir(data_dir: Path) -> None:
    """Make DATA_DIR, closed to other accounts; raise OSError where it cannot be made.

    Root's may be walked through, not listed: the account that runs PostgreSQL for root has a folder in it.
    """
    data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)


def write_private(path: Path, text: str, *, replace: bool) -> bool:
    """Write a file of mode 0600 that is there whole or not at all.

    Without `replace` an existing file stays as it is. Return whether ours was written; raise OSError where
    none can be.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            aside.replace(path)
        else:
            path.hardlink_to(aside)
    except FileExistsError:
        return False
    finally:
        aside.unlink(missing_ok=True)
    return True
