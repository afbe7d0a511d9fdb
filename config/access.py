"""Who calls, and what they may do. Every view says it aloud: `@requires(permission)` or `@public`.

Each package names its own permissions; `licensing.accounts` supplies the actor of a request (wired in `app.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from flask import current_app, g

from config.errors import NotAllowed

if TYPE_CHECKING:
    from config.unit_of_work import UnitOfWork, Work

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"


@dataclass(frozen=True)
class Actor:
    """The caller: an account's id (or a fixed word), and permissions by agency; key "" holds those of no agency."""

    id: UUID | str
    name: str = ""
    permissions: dict[str, frozenset[str]] = field(default_factory=dict)

    def may(self, permission: str, agency: str | None = None) -> bool:
        """True when the permission is held at `agency`; with None, anywhere."""
        if agency is None:
            return any(permission in held for held in self.permissions.values())
        return permission in self.permissions.get(agency, frozenset()) | self.permissions.get("", frozenset())

    def agencies(self, permission: str) -> list[str]:
        """The agencies at which the permission is held."""
        return sorted(agency for agency, held in self.permissions.items() if agency and permission in held)

    @property
    def account_id(self) -> UUID:
        """The account behind this actor; the system and visitors have none."""
        if not isinstance(self.id, UUID):
            raise SignInNeeded("Sign in first.")
        return self.id


SYSTEM = Actor("system", "system")
VISITOR = Actor("visitor", "visitor")


class SignInNeeded(NotAllowed):
    """Nobody is signed in, or the session or token has ended."""


class PermissionMissing(NotAllowed):
    """The caller's roles do not include this permission."""


def requires(*permissions: str) -> Callable[[View], View]:
    """Only callers that hold one of the permissions (at some agency; use cases ask for which) may call the view."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if actor is VISITOR:
                raise SignInNeeded("Sign in first.")
            if not any(actor.may(permission) for permission in permissions):
                raise PermissionMissing("Your roles do not allow this.")
            return view(*args, **kwargs)

        guarded.access = " or ".join(permissions)  # type: ignore[attr-defined]  # read by the guard in tests/architecture
        return cast(View, guarded)

    return decorate


def public(view: View) -> View:
    """Anybody may call the view, without an account."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """The caller of this request, looked up once."""
    if "actor" not in g:
        load: Callable[[], Actor] = current_app.extensions["actor_loader"]
        g.actor = load()
    return cast(Actor, g.actor)


def as_visitor() -> None:
    """Whoever is signed in: this request is a stranger's. No cookie is read, and the answer is the same for all."""
    g.actor = VISITOR


def current_unit() -> UnitOfWork:
    """The unit of work of this installation."""
    return cast("UnitOfWork", current_app.extensions["unit_of_work"])


@contextmanager
def begin_work() -> Iterator[Work]:
    """A transaction in the name of the caller of this request."""
    with current_unit().begin(current_actor()) as work:
        yield work
