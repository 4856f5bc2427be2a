"""One world, asked by API and admin, and what stands on the desk, each made when it is first wanted."""

from dataclasses import dataclass
from functools import cached_property

from tests.permissions.admin import AdminTable
from tests.permissions.api import ApiTable
from tests.permissions.asking import Asker
from tests.permissions.desk import DeskTable
from tests.permissions.desk_world import DeskWorld
from tests.permissions.document import admin_part, api_part, desk_part
from tests.permissions.world import Person, World, make_people


@dataclass
class Measured:
    """What each role may do; each part is asked when it is first wanted."""

    people: dict[str, Person]

    @cached_property
    def world(self) -> World:
        """The rows that API and admin are asked about."""
        return World(self.people)

    @cached_property
    def api(self) -> ApiTable:
        """What came of every request to the API."""
        return ApiTable(self.world, _asker())

    @cached_property
    def admin(self) -> AdminTable:
        """What came of every request to the admin."""
        return AdminTable(self.world, _asker())

    @cached_property
    def desk(self) -> DeskTable:
        """What came of every request to the attribution desk."""
        return DeskTable(DeskWorld(self.people), _asker())

    @property
    def parts(self) -> tuple[str, str, str]:
        """The parts of docs/permissions.md."""
        return f"{api_part(self.api)}\n", f"{admin_part(self.admin)}\n", desk_part(self.desk)


def measured() -> Measured:
    """Store people in the database there is, for good, and return what they can be asked."""
    return Measured(make_people())


def _asker() -> Asker:
    asker = Asker()
    asker.remember()
    return asker
