"""One world, asked by API and admin."""

from dataclasses import dataclass
from functools import cached_property

from tests.permissions.admin import AdminTable
from tests.permissions.api import ApiTable
from tests.permissions.asking import Asker
from tests.permissions.document import admin_part, api_part
from tests.permissions.world import World


@dataclass
class Measured:
    """What each role may do; either half is asked when it is first wanted."""

    world: World
    asker: Asker

    @cached_property
    def api(self) -> ApiTable:
        """What came of every request to the API."""
        return ApiTable(self.world, self.asker)

    @cached_property
    def admin(self) -> AdminTable:
        """What came of every request to the admin."""
        return AdminTable(self.world, self.asker)

    @property
    def parts(self) -> tuple[str, str]:
        """The two halves of docs/permissions.md."""
        return f"{api_part(self.api)}\n", admin_part(self.admin)


def measured() -> Measured:
    """Store the world in the database there is, for good, and return what can be asked of it."""
    world, asker = World(), Asker()
    asker.remember()
    return Measured(world, asker)
