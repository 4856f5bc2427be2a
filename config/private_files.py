"""Keys and passwords that the installation keeps for itself in DATA_DIR."""

import errno
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


def unusable(folder: Path, error: OSError) -> str | None:
    """The sentence for a folder of ours that the system does not let us use; None where it is another fault."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk of {folder} is full: make room, nothing that was saved is lost."
    if error.errno == errno.EIO:
        return f"The disk of {folder} fails ({error.strerror}): move DATA_DIR to another disk."
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG}:
        return (
            f"{error.filename or folder} cannot be written to ({error.strerror}): set DATA_DIR to a folder that "
            "belongs to the account that runs this command."
        )
    return None
