"""The backup file: a plain tar of `database.dump` and, behind it, `manifest.json`, and not one byte else.

It is read by place, never by the names in it, and every byte of it is accounted for: a file that was cut, changed or
put together by others is refused.
"""

import contextlib
import hashlib
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from config.upkeep.errors import UpkeepError
from config.upkeep.manifest import Manifest, parse

DUMP, MANIFEST = "database.dump", "manifest.json"
BLOCK = tarfile.BLOCKSIZE
END = bytes(2 * BLOCK)
LARGEST_MANIFEST = 16 * 2**20
CHUNK = 2**20
NO_BACKUP = "It is no backup made by manage.py backup."


@dataclass(frozen=True)
class Archive:
    """A backup file that was read and found whole."""

    path: Path
    manifest: Manifest

    @contextlib.contextmanager
    def opened_at_dump(self) -> Iterator[IO[bytes]]:
        """The file, open where the dump begins: fit for the stdin of pg_restore."""
        try:
            file = self.path.open("rb", buffering=0)
        except OSError as error:
            raise UpkeepError(f"{self.path} cannot be read: {error.strerror}.") from None
        with file:
            file.seek(BLOCK)
            yield file


def read(path: Path) -> Archive:
    """Read and check all of a backup file; raise UpkeepError where it is not as it was written."""
    try:
        with path.open("rb") as file:
            manifest = _read_manifest(file, os.fstat(file.fileno()).st_size)
            _check_dump(file, manifest)
    except OSError as error:
        raise UpkeepError(f"{path} cannot be read: {error.strerror}.") from None
    except UpkeepError as error:
        raise UpkeepError(f"{path} cannot be used. {error}") from None
    return Archive(path, manifest)


def write(
    path: Path, dump: Iterator[bytes], make_manifest: Callable[[int, str], Manifest], *, overwrite: bool
) -> Manifest:
    """Write a backup file, whole or not at all, of mode 0600.

    `make_manifest` gets size and SHA-256 of the dump once it is written. Raise UpkeepError where the file cannot be
    written, or is there already and may not be overwritten.
    """
    taken = f"{path} is there already: give another name, or add --overwrite."
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UpkeepError(f"{path} is no file: give the name of a new one.")
    if not overwrite and path.exists():
        raise UpkeepError(taken)
    try:
        with _aside(path) as (file, name):
            file.write(bytes(BLOCK))
            digest, size = hashlib.sha256(), 0
            for chunk in dump:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            manifest = make_manifest(size, digest.hexdigest())
            file.write(_padding(size) + _tail(manifest))
            file.seek(0)
            file.write(_header(DUMP, size, manifest))
            file.flush()
            os.fsync(file.fileno())
            _put_in_place(name, path, overwrite=overwrite)
    except FileExistsError:
        raise UpkeepError(taken) from None
    except OSError as error:
        raise UpkeepError(_cannot_write(path, error)) from None
    return manifest


def _read_manifest(file: IO[bytes], size: int) -> Manifest:
    if not size:
        raise UpkeepError("It is empty.")
    first = _read_header(file, DUMP)
    at = BLOCK + first.size + len(_padding(first.size))
    if at + BLOCK > size:
        raise UpkeepError(f"It was cut: it has {size} bytes and its dump alone needs {at}. Use another copy.")
    file.seek(at)
    second = _read_header(file, MANIFEST)
    if second.size > LARGEST_MANIFEST:
        raise UpkeepError(NO_BACKUP)
    manifest = parse(file.read(second.size))
    # What is left are headers and padding, which can only be as we write them.
    tail = _tail(manifest)
    file.seek(BLOCK + first.size)
    if size != at + len(tail) or file.read() != _padding(first.size) + tail:
        raise UpkeepError("It was damaged: its size or its frame is not as it was written. Use another copy.")
    file.seek(0)
    if manifest.dump_size != first.size or file.read(BLOCK) != _header(DUMP, first.size, manifest):
        raise UpkeepError("It was damaged: its first block is not as it was written. Use another copy.")
    return manifest


def _read_header(file: IO[bytes], name: str) -> tarfile.TarInfo:
    try:
        found = tarfile.TarInfo.frombuf(file.read(BLOCK), "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        raise UpkeepError(NO_BACKUP) from None
    if found.name != name or found.type != tarfile.REGTYPE or found.size < 0:
        raise UpkeepError(NO_BACKUP)
    return found


def _header(name: str, size: int, manifest: Manifest) -> bytes:
    """One block, also for sizes beyond 8 GiB."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    info.mtime = int(datetime.fromisoformat(manifest.created_at).timestamp())
    return info.tobuf(tarfile.GNU_FORMAT)


def _tail(manifest: Manifest) -> bytes:
    """All that comes behind the dump and its padding."""
    content = manifest.to_bytes()
    return _header(MANIFEST, len(content), manifest) + content + _padding(len(content)) + END


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def _check_dump(file: IO[bytes], manifest: Manifest) -> None:
    digest, left = hashlib.sha256(), manifest.dump_size
    file.seek(BLOCK)
    while left and (chunk := file.read(min(left, CHUNK))):
        digest.update(chunk)
        left -= len(chunk)
    if digest.hexdigest() != manifest.dump_sha256:
        raise UpkeepError("It was damaged: the SHA-256 of its dump is not the one that was noted. Use another copy.")


@contextlib.contextmanager
def _aside(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A file of mode 0600 beside the one that is wanted, gone afterwards unless it was renamed."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _put_in_place(name: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        name.replace(path)
    else:
        try:
            path.hardlink_to(name)
        except FileExistsError:
            raise
        except OSError:  # a file system without links, as on memory sticks
            if path.exists():
                raise FileExistsError from None
            name.rename(path)
    with contextlib.suppress(OSError):  # not every file system can; the file itself is safe
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _cannot_write(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"{path} cannot be written: the folder {path.parent} does not exist. Make it, or name another."
    return f"{path} cannot be written: {error.strerror}. Nothing was left there; name a file where there is room."
