"""How Swagger UI and generated clients learn of tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerAuthenticationExtension(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """The scheme `token`: HTTP bearer. Operations that anybody may call take it or nothing."""

    target_class = "config.access.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token, as the admin or `manage.py make_token` makes it: `ar_` and 43 characters.",
        }
