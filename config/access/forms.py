"""The form that makes a token."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from config.access.models import DEFAULT_DAYS, MOST_DAYS, Token
from config.access.roles import LABELS, Role, role_of, roles_up_to
from config.access.services import Secret, check_token, make_token


class TokenForm(forms.ModelForm[Token]):
    """What it is for, how much it may, how long. `maker` fills it in; who manages all chooses whose it is."""

    maker: Any
    chooses_user: bool
    #: the token's characters, once it is saved
    secret: Secret

    user = forms.ModelChoiceField(
        get_user_model().objects.filter(is_active=True).order_by("username"),
        label=capfirst(_("in the name of")),
        help_text=_("It may do no more than this account."),
    )
    days = forms.IntegerField(
        label=capfirst(_("days")),
        min_value=1,
        max_value=MOST_DAYS,
        initial=DEFAULT_DAYS,
        help_text=format_lazy(_("How many days it is valid; at most {most}."), most=MOST_DAYS),
    )

    class Meta:
        model = Token
        fields = ["user", "name", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = role_of(self.maker)
        allowed = roles_up_to(Role.ADMINISTRATOR if self.chooses_user else own)
        self.fields["role"] = forms.ChoiceField(
            label=capfirst(_("role")),
            choices=[(role.value, LABELS[role]) for role in allowed],
            help_text=_("The most it may do: choose the lowest that is enough."),
        )
        if self.chooses_user:
            self.fields["user"].initial = self.maker.pk
        else:
            del self.fields["user"]

    def clean(self) -> dict[str, Any]:
        """Check all of it as the service will."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            check_token(**self._wanted())
        return cleaned

    @sensitive_variables()
    def save(self, commit: bool = True) -> Token:
        """Make the token."""
        token, self.secret = make_token(**self._wanted())
        return token

    def _wanted(self) -> dict[str, Any]:
        wanted = {name: self.cleaned_data[name] for name in ("name", "days")}
        user = self.cleaned_data.get("user", self.maker)
        return {**wanted, "user": user, "role": Role(self.cleaned_data["role"]), "by": self.maker}
