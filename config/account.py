"""The page of one's own account: each room that has something of a person's own adds a section that leads to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from config.pages import NavItem


@dataclass(frozen=True)
class AccountSection:
    """A heading in English, and the way to a page; who may not go there does not see the section."""

    heading: str
    link: NavItem


def add_to_account(app: Flask, *sections: AccountSection) -> None:
    """More sections below those already there."""
    app.extensions.setdefault("account", []).extend(sections)


def account_sections() -> list[AccountSection]:
    """The sections that the caller sees."""
    return [section for section in current_app.extensions.get("account", []) if section.link.shown()]
